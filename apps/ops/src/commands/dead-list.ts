import type { DeadLetter } from '@chatlane/lanes';
import {
  jsonOption,
  readCount,
  readLane,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { table } from '../output/table.js';
import { counted, span } from '../output/format.js';

interface Options extends CommonOptions {
  lane?: string;
  error?: string;
  limit: number;
}

export const addDeadList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .description('list dead letters and their errors, newest first')
    .option('--lane <lane>', 'only those of this lane', readLane)
    .option('--error <name>', 'only those with this error name (shown by `dead show`)')
    .option('--limit <count>', 'the maximum number shown', readCount, 50)
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async ({ deployment }) => {
        const { operator } = deployment;
        const { lane, error, limit } = options;
        const filter = { ...(lane && { lane }), ...(error && { error }) };
        const letters = await operator.deadLetters.list(limit, filter, 'newest');
        const all =
          letters.length < limit ? letters.length : await operator.deadLetters.count(filter);
        const now = await deployment.now();
        const rows = table(
          ['ID', 'LANE', 'KIND', 'GIVEN UP', { head: 'REASON', side: 'fits' }],
          letters.map((letter) => [
            letter.id,
            letter.lane,
            letter.kind,
            `${span(now - letter.buriedAt)} ago`,
            reasonOf(letter),
          ]),
          'No dead letters.',
        );
        const total =
          all > letters.length
            ? `The newest ${letters.length} of ${counted(all, 'dead letter')}.`
            : `${counted(all, 'dead letter')}.`;
        return {
          json: letters.map(withoutTexts),
          text: all === 0 ? rows : `${rows}\n\n${total}`,
        };
      }),
    );
};

/** A dead letter without its body and session. */
export function withoutTexts({ raw, session, error, ...letter }: DeadLetter): object {
  const reason = reasonOf({ error });
  return {
    ...letter,
    error: error.name,
    reason,
    bytes: raw.length,
    sessionBytes: session?.length ?? 0,
  };
}

/** Errors of Bot API calls. Their messages come from Telegram and contain nothing that users wrote. */
const CALL_ERRORS: ReadonlySet<string> = new Set([
  'NeverRetryError',
  'RetryError',
  'RetryAfterError',
  'OutcomeUnknownError',
]);

/** For example `502 Bad Gateway`. For other errors the name only, because the message may quote a user. */
function reasonOf({ error }: Pick<DeadLetter, 'error'>): string {
  const [, words] = /^\w+ failed: (.+)$/s.exec(error.message) ?? [];
  return words !== undefined && CALL_ERRORS.has(error.name) ? words : error.name;
}
