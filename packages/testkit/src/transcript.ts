import type { Message, ReplyMarkup } from '@chatlane/simulator';
import type { Entry } from './conversation.js';

/** The bot and the people that the entries are about. */
export interface Cast {
  /** The bot's user id. */
  botId: number;
  /** The name of a person. */
  nameOf: (userId: number) => string;
  /** The title of a group. */
  titleOf: (chatId: number) => string;
}

const kinds: readonly [field: string, words: string][] = [
  ['photo', 'a photo'],
  ['animation', 'an animation'],
  ['document', 'a document'],
  ['video', 'a video'],
  ['audio', 'an audio file'],
  ['voice', 'a voice message'],
  ['video_note', 'a video message'],
  ['sticker', 'a sticker'],
  ['contact', 'a contact'],
  ['venue', 'a venue'],
  ['location', 'a location'],
  ['poll', 'a poll'],
  ['dice', 'a dice'],
  ['invoice', 'an invoice'],
];

/**
 * Writes a conversation as text, such as:
 *
 *     Ann: /start
 *     Bot: Shall we begin?
 *       [Yes] [No]
 *     Ann taps [Yes]
 *
 * A heading marks each change of the chat, if there are several.
 */
export function transcript(entries: readonly Entry[], cast: Cast): string {
  const lines: string[] = [];
  const headings = entries.map((entry) => headingOf(entry, cast));
  const isOneChat = new Set(headings.filter((heading) => heading !== undefined)).size === 1;
  let place: string | undefined;
  entries.forEach((entry, index) => {
    const heading = headings[index];
    if (!isOneChat && heading !== undefined && heading !== place) lines.push(heading);
    place = heading ?? place;
    lines.push(...linesOf(entry, cast));
  });
  return lines.join('\n');
}

function headingOf(entry: Entry, { nameOf, titleOf }: Cast): string | undefined {
  if (!('chatId' in entry)) return undefined;
  const { chatId } = entry;
  return chatId > 0 ? `--- ${nameOf(chatId)}, in private ---` : `--- in ${titleOf(chatId)} ---`;
}

function linesOf(entry: Entry, cast: Cast): string[] {
  switch (entry.kind) {
    case 'message':
      return messageLines(entry.message, cast);
    case 'edit':
      return editLines(entry.message, entry.before, cast);
    case 'delete':
      return [`Bot deletes: ${shownText(entry.message).split('\n')[0]}`];
    case 'notice':
      return said(entry.isAlert ? 'Bot, in an alert' : 'Bot, in a notice', entry.text);
    case 'press':
      return [`${cast.nameOf(entry.userId)} taps [${entry.label}]`];
    case 'block':
      return [`${cast.nameOf(entry.userId)} blocks the bot.`];
    case 'note':
      return [entry.line];
  }
}

function messageLines(message: Message, cast: Cast): string[] {
  const { from, reply_to_message: replied } = message;
  const text = shownText(message);
  const sent = kinds.find(([field]) => field in message)?.[1];
  if (from?.id !== cast.botId) {
    const who = from?.first_name ?? 'Chat';
    if (sent === undefined) return text === '' ? [] : said(who, text);
    return text === '' ? [`${who} sends ${sent}.`] : said(`${who} sends ${sent}`, text);
  }
  const to = replied?.from && replied.from.id !== cast.botId ? replied.from.first_name : undefined;
  const who = `Bot${to === undefined ? '' : `, to ${to}`}`;
  const lines =
    sent === undefined
      ? said(who, text)
      : text === ''
        ? [`${who} sends ${sent}.`]
        : said(`${who} sends ${sent}`, text);
  return [...lines, ...keyboard(message.reply_markup, to)];
}

function editLines(message: Message, before: Message | undefined, cast: Cast): string[] {
  const text = shownText(message);
  if (message.from?.id !== cast.botId) {
    return said(`${message.from?.first_name ?? 'Chat'} edits that to`, text);
  }
  if (before === undefined || shownText(before) !== text) {
    return [...said('Bot changes its message', text), ...keyboard(message.reply_markup)];
  }
  const rows = keyboard(message.reply_markup);
  if (rows.length === 0) return before.reply_markup ? ['Bot takes the buttons away.'] : [];
  if (JSON.stringify(keyboard(before.reply_markup)) === JSON.stringify(rows)) return [];
  return ['Bot changes the buttons:', ...rows];
}

/** What a person reads in a message: its text, its caption, or the question of its poll. */
export function shownText(message: Message | undefined): string {
  const poll = message?.['poll'] as { question?: string } | undefined;
  return message?.text ?? message?.caption ?? poll?.question ?? '';
}

function said(who: string, text: string): string[] {
  const [first = '', ...more] = text.split('\n').filter(Boolean);
  return [`${who}: ${first}`, ...more.map((line) => `  ${line}`)];
}

function keyboard(markup: ReplyMarkup | undefined, to = 'everybody'): string[] {
  if (markup === undefined) return [];
  const whose = markup['selective'] === true ? `, for ${to} alone` : '';
  const rows = (of: unknown): string[] =>
    ((of ?? []) as (string | { text: string })[][]).map(
      (row) => `  ${row.map((each) => `[${labelOf(each)}]`).join(' ')}`,
    );
  return [
    ...rows(markup.inline_keyboard),
    ...(markup['keyboard'] ? [...rows(markup['keyboard']), `  (as a keyboard${whose})`] : []),
    ...(markup['remove_keyboard'] ? [`  (keyboard removed${whose})`] : []),
    ...(markup['force_reply'] ? [`  (waits for a reply${whose})`] : []),
  ];
}

/** The label of a button; a reply keyboard may have plain texts as buttons. */
export const labelOf = (button: string | { text: string }): string =>
  typeof button === 'string' ? button : button.text;
