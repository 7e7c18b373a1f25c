import { createPauses } from '@chatlane/telegram';
import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { span } from '../output/format.js';

export const addLimitsList: AddCommand = (parent, run) => {
  parent
    .command('list', { isDefault: true })
    .description('list what Telegram has rate-limited, longest pause first')
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ deployment: { redis, name } }) => {
        const pauses = await createPauses({ redis, name }).list();
        return {
          json: pauses,
          text: table(
            [
              'SCOPE',
              { head: 'TIME LEFT', side: 'right' },
              { head: 'SINCE', side: 'right' },
              { head: 'WHY', side: 'fits' },
            ],
            pauses.map(({ scope, leftMs, sinceMs, why }) => [
              scope,
              span(leftMs),
              span(sinceMs),
              why,
            ]),
            'Nothing is paused.',
          ),
        };
      }),
    );
};
