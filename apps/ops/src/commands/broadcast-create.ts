import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  readContent,
  readSegment,
  type BroadcastButton,
  type BroadcastContent,
  type Broadcasts,
  type Segment,
} from '@chatlane/broadcasts';
import { InvalidArgumentError, Option } from 'commander';
import { jsonOption, unneededYesOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/format.js';
import { Refusal } from '../refusal.js';

interface Options extends CommonOptions {
  text?: string;
  html?: boolean;
  photo?: string;
  button: BroadcastButton[];
  copy?: { chatId: number; messageId: number };
  forward?: { chatId: number; messageId: number };
  content?: string;
  to?: string;
  known?: boolean;
  segment?: Segment;
  topic?: string;
  rate?: number;
  paid?: boolean;
  unknown?: 'keep' | 'retry';
}

export const addBroadcastCreate: AddCommand = (parent, run) => {
  parent
    .command('create')
    .description('create a draft from a message and a list of chat ids')
    .option('--text <text>', 'the text, or the caption of the photo')
    .option('--html', 'the text contains HTML')
    .option('--photo <file id>', 'a photo that Telegram already has, or its URL')
    .option('--button <text=url>', 'a button under the message; can be repeated', readButton, [])
    .option('--copy <chat/message>', 'send a copy of this message instead', readAddress)
    .option('--forward <chat/message>', 'forward this message instead', readAddress)
    .option('--content <file>', 'read the content from a JSON file: languages, any media, buttons')
    .option('--to <file>', 'a file with one chat id per line; - for the standard input')
    .option('--known', 'all private chats that the bot knows and that have not blocked it')
    .option('--segment <segment>', 'known chats: active=30,language=ru,tag=beta,chats=all', segment)
    .option('--topic <topic>', 'the topic that chats can opt out of (default: news)')
    .option('--rate <count>', 'messages per second at most', readRate)
    .option('--paid', 'faster than 30 per second, for Telegram Stars; the preview shows the cost')
    .addOption(
      new Option(
        '--unknown <policy>',
        'what happens to a recipient when a process died while sending to it',
      )
        .choices(['keep', 'retry'])
        .default('keep'),
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async ({ broadcasts, input }) => {
        const { topic, rate: perSecond, unknown, paid } = options;
        const draft = {
          content: await contentOf(options),
          ...(topic !== undefined && { topic }),
          ...(perSecond !== undefined && { perSecond }),
          ...(unknown !== undefined && { unknown }),
          ...(paid && { paid }),
        };
        const add = await audienceOf(options, input);
        const id = await asUsage(broadcasts.create(draft));
        const { recipients } = await asUsage(add(broadcasts, id)).catch(async (error: unknown) => {
          await broadcasts.cancel(id);
          throw error;
        });
        return {
          json: { id, recipients },
          text: `Broadcast ${id} is a draft for ${counted(recipients, 'chat')}. Now: broadcast preview ${id} --to <your chat id>`,
        };
      }),
    );
};

type AddAudience = (broadcasts: Broadcasts, id: number) => Promise<{ recipients: number }>;

/** @throws Refusal unless the options describe exactly one audience */
async function audienceOf(
  { to, known, segment }: Options,
  input: NodeJS.ReadableStream,
): Promise<AddAudience> {
  if ([to, known, segment].filter((each) => each !== undefined).length !== 1) {
    throw new Refusal('Give one of --to, --known and --segment.', 2);
  }
  if (to === undefined) return (broadcasts, id) => broadcasts.addSegment(id, segment ?? {});
  const lines = to === '-' ? input : (await asUsage(open(to))).createReadStream();
  return (broadcasts, id) => broadcasts.addRecipients(id, readIds(lines));
}

/** @throws Refusal unless the options describe exactly one content */
async function contentOf(options: Options): Promise<BroadcastContent> {
  const { text, html, photo, button, copy, forward, content } = options;
  const given = [text ?? photo, copy, forward, content].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new Refusal('Give one of --text or --photo, --copy, --forward and --content.', 2);
  }
  if (copy) return { copy };
  if (forward) return { forward };
  if (content !== undefined)
    return asUsage(readFile(content, 'utf8').then(JSON.parse).then(readContent));
  return {
    message: {
      ...(text !== undefined && { text }),
      ...(html && { parseMode: 'HTML' }),
      ...(photo !== undefined && { media: { kind: 'photo', fileId: photo } }),
      ...(button.length > 0 && { buttons: button.map((each) => [each]) }),
    },
  };
}

/** The ids of a file, line by line, so that memory does not grow with it. Empty lines are skipped. */
async function* readIds(lines: NodeJS.ReadableStream): AsyncGenerator<number> {
  for await (const line of createInterface({ input: lines, crlfDelay: Infinity })) {
    const id = line.trim();
    // A text that is not a number becomes NaN, which is reported with its line.
    if (id !== '') yield /^-?\d{1,16}$/.test(id) ? Number(id) : NaN;
  }
}

/** Reports a fault in the user's input as wrong usage. */
async function asUsage<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { name, message, path } = error as Error & { path?: string };
    const isUsage = ['TypeError', 'RangeError', 'SyntaxError'].includes(name) || path !== undefined;
    throw isUsage ? new Refusal(message, 2, { cause: error }) : error;
  }
}

function readButton(text: string, before: BroadcastButton[]): BroadcastButton[] {
  const [, label, url] = /^([^=]+)=(\S+)$/.exec(text) ?? [];
  if (label && url) return [...before, { text: label, url }];
  throw new InvalidArgumentError('A button is its text and its URL: "Open=https://example.org".');
}

function readAddress(text: string): { chatId: number; messageId: number } {
  const [, chat, message] = /^(-?\d{1,16})\/(\d{1,10})$/.exec(text) ?? [];
  if (chat && message) return { chatId: Number(chat), messageId: Number(message) };
  throw new InvalidArgumentError('A message is its chat and its number: -1001234567890/42.');
}

function segment(text: string): Segment {
  try {
    return readSegment(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Messages per second. @throws InvalidArgumentError */
export function readRate(text: string): number {
  if (/^\d{1,5}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number from 0 (no limit of its own) to 10000.');
}
