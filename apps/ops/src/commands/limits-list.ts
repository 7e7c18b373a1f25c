import { createPauses } from '@chatlane/telegram';
import { jsonOption, type AddCommand, type CommonOptions } from '../command.js';
import { table } from '../output/table.js';
import { span } from '../output/words.js';

export const addLimitsList: AddCommand = (parent, run) => {
  parent
    .command('list', { isDefault: true })
    .description('what is paused at Telegram, the longest pause first')
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
