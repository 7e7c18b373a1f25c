import { broadcastData } from '@chatlane/contracts';

/** A button under a message. */
export type BroadcastButton =
  | { readonly text: string; readonly url: string }
  /** `data` arrives as the data of a callback query. */
  | { readonly text: string; readonly data: string };

/** The kinds of files that a broadcast can contain. */
export const broadcastMedia = [
  'photo',
  'video',
  'animation',
  'document',
  'audio',
  'voice',
] as const;

/** A message: a text, or a file with an optional caption. */
export interface BroadcastMessage {
  /** The text, or the caption of the file. */
  readonly text?: string;
  /** How Telegram reads markup in the text. Default: as plain text. */
  readonly parseMode?: 'HTML' | 'MarkdownV2';
  /** A file that Telegram already has, by its `file_id`, or a URL that Telegram fetches. */
  readonly media?: { readonly kind: (typeof broadcastMedia)[number]; readonly fileId: string };
  /** Rows of buttons. */
  readonly buttons?: readonly (readonly BroadcastButton[])[];
  /** The text of a button that ends messages of the broadcast's topic. Default: no such button. */
  readonly optOutButton?: string;
  /** Delivers the message without a sound. Default: false. */
  readonly silent?: boolean;
}

/** What a broadcast sends. */
export type BroadcastContent =
  | {
      readonly message: BroadcastMessage;
      /** Variants by language, such as `ru` or `pt-br`; `message` is for everyone else. */
      readonly languages?: Readonly<Record<string, BroadcastMessage>>;
    }
  /** Sends a copy of an existing message, without a link to it. */
  | {
      readonly copy: MessageAddress;
      readonly silent?: boolean;
      /** As in `BroadcastMessage`. */
      readonly optOutButton?: string;
    }
  /** Forwards an existing message. */
  | { readonly forward: MessageAddress; readonly silent?: boolean };

/** Where an existing message is. */
export interface MessageAddress {
  /** The bot must be able to read this chat. */
  readonly chatId: number;
  /** The message in that chat. */
  readonly messageId: number;
}

/** A Bot API call that sends the content to one chat. */
export interface BroadcastCall {
  /** Such as `sendMessage`. */
  readonly method: string;
  /** Its fields, with the chat. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the call depends on besides the content. */
export interface CallSettings {
  readonly topic: string;
  readonly paid: boolean;
}

const methods: Record<(typeof broadcastMedia)[number], string> = {
  photo: 'sendPhoto',
  video: 'sendVideo',
  animation: 'sendAnimation',
  document: 'sendDocument',
  audio: 'sendAudio',
  voice: 'sendVoice',
};

/** The languages of the variants; `''` stands for everyone else. */
export function languagesOf(content: BroadcastContent): string[] {
  return 'message' in content ? ['', ...Object.keys(content.languages ?? {})] : [''];
}

/** Creates the call for one chat. A language such as `pt-br` falls back to `pt`. */
export function callFor(
  content: BroadcastContent,
  { topic, paid }: CallSettings,
  chatId: number,
  language = '',
): BroadcastCall {
  const common = { chat_id: chatId, ...(paid && { allow_paid_broadcast: true }) };
  if ('copy' in content || 'forward' in content) {
    const from = 'copy' in content ? content.copy : content.forward;
    const silent = content.silent ? { disable_notification: true } : {};
    const source = { from_chat_id: from.chatId, message_id: from.messageId };
    // A forward cannot be paid for.
    return 'copy' in content
      ? {
          method: 'copyMessage',
          payload: { ...common, ...source, ...silent, ...keyboard(buttonRows(content, topic)) },
        }
      : { method: 'forwardMessage', payload: { chat_id: chatId, ...source, ...silent } };
  }
  const { languages = {} } = content;
  const variant = languages[language] ?? languages[language.split('-')[0] ?? ''] ?? content.message;
  const { media, text, parseMode, silent } = variant;
  const payload = {
    ...common,
    ...(media ? { [media.kind]: media.fileId, ...(text && { caption: text }) } : { text }),
    ...(parseMode && { parse_mode: parseMode }),
    ...(silent && { disable_notification: true }),
    ...keyboard(buttonRows(variant, topic)),
  };
  return { method: media ? methods[media.kind] : 'sendMessage', payload };
}

function keyboard(rows: object[][]): object {
  return rows.length > 0 ? { reply_markup: { inline_keyboard: rows } } : {};
}

function buttonRows(
  { buttons = [], optOutButton }: Pick<BroadcastMessage, 'buttons' | 'optOutButton'>,
  topic: string,
): object[][] {
  const rows: object[][] = buttons.map((row) =>
    row.map((button) =>
      'url' in button ? { ...button } : { text: button.text, callback_data: button.data },
    ),
  );
  if (optOutButton !== undefined)
    rows.push([{ text: optOutButton, callback_data: broadcastData({ wish: 'stop', topic }) }]);
  return rows;
}
