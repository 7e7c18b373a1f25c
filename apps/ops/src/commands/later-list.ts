import type { BotEvent, WaitingEvent } from '@chatlane/contracts';
import {
  jsonOption,
  readCount,
  readLane,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted, span } from '../output/format.js';
import { table } from '../output/table.js';

interface Options extends CommonOptions {
  lane?: string;
  limit: number;
}

export const addLaterList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list events that wait until they are due, without their data, the next one first')
    .option('--lane <lane>', 'only those of this lane', readLane)
    .option('--limit <count>', 'the maximum number shown', readCount, 50)
    .addOption(jsonOption())
    .action(({ lane, limit, ...options }: Options) =>
      run(options, async ({ deployment }) => {
        const { later } = deployment.operator;
        const found: ReturnType<typeof withoutData>[] = [];
        for await (const event of later.entries()) {
          if (lane !== undefined && event.lane !== lane) continue;
          found.push(withoutData(event));
          if (found.length === limit) break;
        }
        const [all, now] = await Promise.all([later.count(), deployment.now()]);
        const rows = table(
          ['DUE', 'LANE', 'USER', { head: 'EVENT', side: 'fits' }],
          found.map(({ at, lane, user = '', name }) => [
            at > now ? `in ${span(at - now)}` : `${span(now - at)} ago`,
            lane,
            user,
            name,
          ]),
          'No events wait.',
        );
        const isCut = lane === undefined && all > found.length;
        return { json: found, text: rows + (isCut ? `\n... ${counted(all, 'event')} in all` : '') };
      }),
    );
};

function withoutData({ id, at, lane, sessionUser: user, payload }: WaitingEvent) {
  const { name } = payload as Partial<BotEvent>;
  return { id, at, lane, user, name: name ?? '' };
}
