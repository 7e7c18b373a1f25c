import { laneStates, type LaneState, type LaneSummary } from '@chatlane/lanes';
import { Option } from 'commander';
import { jsonOption, readCount, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { span } from '../output/words.js';

interface Options extends CommonOptions {
  state?: LaneState;
  limit: number;
}

export const addLanesList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('lanes that are not idle, the oldest event first')
    .addOption(new Option('--state <state>', 'only those in it').choices(laneStates))
    .option('--limit <count>', 'how many at most', readCount, 50)
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async ({ deployment }) => {
        const { state, limit } = options;
        const lanes = await deployment.operator.lanes.list({ limit, ...(state && { state }) });
        const now = await deployment.now();
        return {
          json: lanes,
          text: table(
            [
              'LANE',
              'STATE',
              { head: 'WAITING', side: 'right' },
              { head: 'OLDEST', side: 'right' },
              { head: 'ATTEMPTS', side: 'right' },
              'SINCE OR UNTIL',
            ],
            lanes.map((lane) => [
              lane.lane,
              lane.state,
              lane.waiting,
              lane.oldestMs === undefined ? '-' : span(lane.oldestMs),
              lane.attempts,
              standing(lane, now),
            ]),
            state ? `No lane is ${state}.` : 'All lanes are idle.',
          ),
        };
      }),
    );
};

/** What a lane's time means in its state. */
export function standing({ state, at }: LaneSummary, now: number): string {
  switch (state) {
    case 'waking':
      return `woken ${span(now - at)} ago`;
    case 'paused':
      return `for ${span(now - at)}`;
    case 'held':
      return at < now ? `lease over for ${span(now - at)}` : `lease for ${span(at - now)} more`;
    case 'resting':
      return at < now ? `rest over for ${span(now - at)}` : `rests for ${span(at - now)} more`;
  }
}
