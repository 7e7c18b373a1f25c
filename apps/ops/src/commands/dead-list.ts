import type { DeadLetter } from '@chatlane/lanes';
import {
  jsonOption,
  readCount,
  readLane,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { table } from '../output/table.js';
import { counted, span } from '../output/words.js';

interface Options extends CommonOptions {
  lane?: string;
  error?: string;
  limit: number;
}

export const addDeadList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('dead letters, the oldest first')
    .option('--lane <lane>', 'only those of it', readLane)
    .option('--error <name>', 'only those given up with it')
    .option('--limit <count>', 'how many at most', readCount, 50)
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async ({ deployment }) => {
        const { operator } = deployment;
        const { lane, error, limit } = options;
        const filter = { ...(lane && { lane }), ...(error && { error }) };
        const letters = await operator.deadLetters.list(limit, filter);
        const all =
          letters.length < limit ? letters.length : await operator.deadLetters.count(filter);
        const now = await deployment.now();
        const rows = table(
          ['ID', 'LANE', 'KIND', 'GIVEN UP', { head: 'ATTEMPTS', side: 'right' }, 'ERROR'],
          letters.map((letter) => [
            letter.id,
            letter.lane,
            letter.kind,
            `${span(now - letter.buriedAt)} ago`,
            letter.attempts,
            letter.error.name,
          ]),
          'No dead letters.',
        );
        const more = all > letters.length ? `\n... ${counted(all, 'dead letter')} in all` : '';
        return { json: letters.map(withoutTexts), text: rows + more };
      }),
    );
};

/** What can be shown of a dead letter without its body. */
export function withoutTexts({ raw, session, error, ...letter }: DeadLetter): object {
  return { ...letter, error: error.name, bytes: raw.length, sessionBytes: session?.length ?? 0 };
}
