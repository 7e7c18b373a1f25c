import { createBulkSender, createTelegramClient } from '@chatlane/telegram';
import { InvalidArgumentError } from 'commander';
import {
  jsonOption,
  readCount,
  unneededYesOption,
  type AddCommand,
  type CommonOptions,
} from '../command.js';
import { counted, moment } from '../output/format.js';
import { Refusal } from '../refusal.js';

export const addBroadcastPreview: AddCommand = (parent, run) => {
  parent
    .command('preview')
    .argument('<id>', 'the draft', readCount)
    .description('send the message to one chat, and show the code that starts the broadcast')
    .requiredOption('--to <chat id>', 'your chat with the bot', readChat)
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions & { to: number }) =>
      run(options, async ({ broadcasts, config }) => {
        if (config.telegram === undefined) throw new Refusal('BOT_TOKEN: is missing; set it.', 2);
        const client = createTelegramClient({ ...config.telegram, callTimeoutMs: 15_000 });
        try {
          const sender = createBulkSender(client);
          const preview = await broadcasts.preview(id, { chatId: options.to, sender });
          const { code, recipients, maxStars } = preview;
          const cost = maxStars > 0 ? ` It may cost up to ${maxStars} Telegram Stars.` : '';
          return {
            json: { id, ...preview },
            text: `The message is in chat ${options.to}. It goes to ${counted(recipients, 'chat')}.${cost} To start: broadcast start ${id} --confirm ${code}`,
          };
        } finally {
          client.close();
        }
      }),
    );
};

export const addBroadcastStart: AddCommand = (parent, run) => {
  parent
    .command('start')
    .argument('<id>', 'a previewed draft', readCount)
    .description('start a broadcast, now or later')
    .requiredOption('--confirm <code>', 'the code that its preview has shown')
    .option('--at <time>', 'when to start, such as 2027-01-31T09:00Z', readTime)
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((id: number, options: CommonOptions & { confirm: string; at?: number }) =>
      run(options, async ({ broadcasts }) => {
        const { confirm: code, at } = options;
        await broadcasts.start(id, { code, ...(at !== undefined && { at }) });
        const when = at === undefined ? 'is starting' : `will start at ${moment(at)}`;
        return {
          json: { id, startAt: at ?? null },
          text: `Broadcast ${id} ${when}. To follow it: broadcast status ${id} --watch`,
        };
      }),
    );
};

function readChat(text: string): number {
  if (/^-?\d{1,16}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A chat id is a whole number.');
}

function readTime(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at) || !/(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    throw new InvalidArgumentError('It must be a time with its zone, such as 2027-01-31T09:00Z.');
  }
  if (at < Date.now()) throw new InvalidArgumentError('This time has passed.');
  return at;
}
