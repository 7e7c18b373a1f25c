import { until } from '@chatlane/testing';
import type { SystemOnRedis } from './system.js';

/** A message of the bot in its current, possibly edited, state. */
export interface BotMessage {
  message_id: number;
  text?: string;
  caption?: string;
  document?: { file_id: string; file_name: string };
  photo?: { file_id: string }[];
  entities?: { type: string; offset: number; length: number }[];
  from: { is_bot: boolean };
  reply_markup?: { inline_keyboard?: { text: string; callback_data: string }[][] };
}

export interface SentFile {
  kind?: string;
  size?: number;
  seed?: number;
  name?: string;
  type?: string;
  media_group_id?: string;
  /** Its content. By default, the simulator generates it. */
  content?: Buffer;
}

type Sent = Record<string, { file_id: string } | { file_id: string }[] | undefined>;

/** A user in a chat with the bot. */
export interface Person {
  id: number;
  write(text: string): Promise<void>;
  /**
   * Sends a file with a `kind` (default document), `name`, `type` and `media_group_id`. It has the given `content`, or content
   * that the simulator generates from a `size` (default 1000 bytes) and a `seed`.
   * @returns its file_id
   */
  sendFile(file?: SentFile): Promise<string>;
  /** Shares a contact, by default the user's own. */
  shareContact(more?: object): Promise<void>;
  /** Waits for a button with this name and presses the last one. */
  press(name: string | RegExp): Promise<void>;
  /** All messages of the bot in this chat. */
  messages(): Promise<BotMessage[]>;
  /** The texts of all messages of the bot. */
  answers(): Promise<string[]>;
  /** Waits until the text of a message of the bot matches. */
  sees(words: string | RegExp): Promise<void>;
  /** Waits until the bot has sent this many messages since the last call and the system is idle; resolves with their texts. */
  hears(count: number): Promise<string[]>;
  /** Sends a text and resolves with the answers, as `hears` does. */
  ask(text: string, count?: number): Promise<string[]>;
}

/**
 * A person who acts through the simulator's user side.
 *
 * @param fields fields of the Telegram user; by default a new `id`
 * @param chat the chat in which they talk to the bot; by default their private chat
 */
export async function meet(
  system: SystemOnRedis,
  fields: { id?: number; language_code?: string } = {},
  chat?: number,
): Promise<Person> {
  const user = { first_name: 'Ann', ...fields };
  const { id } = await system.play<{ id: number }>('/play/users', user);
  const from = { chat_id: chat ?? id, from_id: id };
  let seen = 0;

  const withAnswers = async (what: string): Promise<string> =>
    `${what}; it has said ${JSON.stringify(await person.answers())}`;

  const person: Person = {
    id,
    async write(text) {
      await system.play('/play/messages', { ...from, text });
    },
    async sendFile({ kind = 'document', content, ...file } = {}) {
      const sent = { ...from, kind, size: 1_000, ...file };
      const body = content ? formOf({ ...from, kind }, content, file) : sent;
      const answer = await system.play<{ message: Sent }>('/play/files', body);
      const shown = answer.message[kind] ?? [];
      return (Array.isArray(shown) ? shown.at(-1)! : shown).file_id;
    },
    async shareContact(more) {
      await system.play('/play/contacts', { ...from, ...more });
    },
    async press(name) {
      const button = async () => {
        const shown = (await person.messages()).flatMap(({ message_id, reply_markup }) =>
          (reply_markup?.inline_keyboard?.flat() ?? []).map((each) => ({ ...each, message_id })),
        );
        return shown.findLast(({ text }) =>
          typeof name === 'string' ? text === name : name.test(text),
        );
      };
      const { message_id, callback_data: data } = await until(button, () =>
        withAnswers(`a button ${name}`),
      );
      await system.play('/play/presses', { ...from, message_id, data });
    },
    async messages() {
      const messages = await system.play<BotMessage[]>(`/play/chats/${from.chat_id}/messages`);
      return messages.filter((each) => each.from.is_bot);
    },
    async answers() {
      return (await person.messages()).map(({ text = '' }) => text);
    },
    async sees(words) {
      await until(
        async () => (await person.answers()).some((text) => text.search(words) >= 0),
        () => withAnswers(`${words} from the bot`),
      );
    },
    async hears(count) {
      await until(
        async () => (await person.answers()).length >= seen + count,
        () => withAnswers(`${count} messages of the bot after ${seen}`),
      );
      await system.untilQuiet();
      const answers = (await person.answers()).slice(seen);
      seen += answers.length;
      return answers;
    },
    async ask(text, count = 1) {
      await person.write(text);
      return person.hears(count);
    },
  };
  return person;
}

function formOf(
  fields: object,
  content: Buffer,
  { name = 'file', type, ...more }: SentFile,
): FormData {
  const form = new FormData();
  for (const [field, value] of Object.entries({ ...fields, ...more }))
    form.set(field, String(value));
  form.set('file', new Blob([new Uint8Array(content)], type === undefined ? {} : { type }), name);
  return form;
}
