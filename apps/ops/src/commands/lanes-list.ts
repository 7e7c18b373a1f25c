import { laneStates, type LaneState, type LaneSummary } from '@chatlane/lanes';
import { Option } from 'commander';
import { jsonOption, readCount, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { span } from '../output/format.js';

interface Options extends CommonOptions {
  state?: LaneState;
  limit: number;
}

export const addLanesList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list lanes that are not idle, oldest event first')
    .addOption(new Option('--state <state>', 'only those in this state').choices(laneStates))
    .option('--limit <count>', 'the maximum number shown', readCount, 50)
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
              stateTiming(lane, now),
            ]),
            state ? `No lane is ${state}.` : 'All lanes are idle.',
          ),
        };
      }),
    );
};

/** How long a lane has been in its state, or how long the state still lasts. */
export function stateTiming({ state, at }: LaneSummary, now: number): string {
  switch (state) {
    case 'waking':
      return `woken ${span(now - at)} ago`;
    case 'paused':
      return `for ${span(now - at)}`;
    case 'held':
      return at < now ? `lease expired for ${span(now - at)}` : `lease for ${span(at - now)} more`;
    case 'resting':
      return at < now ? `retry due for ${span(now - at)}` : `retries in ${span(at - now)}`;
  }
}
