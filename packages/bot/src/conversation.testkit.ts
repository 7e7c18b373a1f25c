import { openBotChat } from './chat.testkit.js';
import { event, stored } from './features/files/files.testkit.js';
import { transcribe, type SentCall } from './transcript.testkit.js';

type Chat = Awaited<ReturnType<typeof openBotChat>>;

interface Person {
  id: number;
  is_bot: false;
  first_name: string;
  language_code: string;
}

const ids: Readonly<Record<string, number>> = { Maria: 42, Jonas: 43, Carla: 7 };
const phone = '+4915550001001';

/**
 * Replays a written conversation. The lines of people are performed, and the lines of the bot are replaced by what it
 * does now. Returns the whole conversation, for comparison with the written one.
 *
 * - `Maria: /start` sends a text, `Maria edits that to: Mary` edits her last one
 * - `Maria taps [Yes]` presses the latest button with that label
 * - `Maria shares her phone number.`, `Maria types the code.`, `Maria sends a photo: its caption`
 * - `* saved report.pdf` and similar lines are events about files
 * - `--- in private ---`, `--- in the group ---` and `--- 10 minutes later ---` set the scene; other headings only say
 * what follows
 */
export async function replay(written: string, language_code: string): Promise<string> {
  await using chat = await openBotChat();
  const stage = new Conversation(chat, language_code);
  const lines: string[] = [];
  for (const line of written.split('\n')) {
    if (line.startsWith('Bot') || line.startsWith('  ')) continue;
    lines.push(line, ...(await stage.perform(line)));
  }
  return lines.join('\n');
}

class Conversation {
  readonly #chat: Chat;
  readonly #language: string;
  #isGroup = false;
  /** Telegram's clock, Unix seconds. */
  #now = Math.floor(Date.now() / 1_000);
  #messageId = 1_000;
  /** The sender of each message. */
  readonly #senders = new Map<number, string>();

  constructor(chat: Chat, language: string) {
    this.#chat = chat;
    this.#language = language;
  }

  /** Performs a line and returns the bot's lines. */
  async perform(line: string): Promise<string[]> {
    const [, heading] = /^--- (.*) ---$/.exec(line) ?? [];
    if (heading !== undefined) return this.#setTheScene(heading);
    const [, news] = /^\* (.*)$/.exec(line) ?? [];
    if (news !== undefined) return this.#turn(42, this.#fileEvent(news));
    const [, name = '', does = ''] = /^(\w+)(:? .*)$/.exec(line) ?? [];
    const id = ids[name];
    if (id === undefined) return [];
    const [, words] = /^: (.*)$/.exec(does) ?? [];
    if (words !== undefined) return this.#send(name, textMessage(words));
    const [, edited] = /^ edits that to: (.*)$/.exec(does) ?? [];
    if (edited !== undefined) return this.#edit(name, edited);
    const [, label] = /^ taps \[(.*)\]$/.exec(does) ?? [];
    if (label !== undefined) return this.#tap(name, label);
    const [, caption] = /^ sends a photo: (.*)$/.exec(does) ?? [];
    if (caption !== undefined) return this.#send(name, captioned(caption));
    if (does.startsWith(' shares')) {
      const contact = { phone_number: phone, first_name: name, user_id: id };
      return this.#send(name, { contact });
    }
    if (does === ' types the code.') {
      const code = /\d{6}/.exec(this.#chat.codes.at(-1)?.text ?? '')?.[0] ?? '';
      return this.#send(name, { text: code });
    }
    throw new Error(`Unknown line: ${line}`);
  }

  #setTheScene(heading: string): string[] {
    if (heading === 'in private') this.#isGroup = false;
    else if (heading === 'in the group') this.#isGroup = true;
    const [, minutes] = /^(\d+) minutes later$/.exec(heading) ?? [];
    this.#now += Number(minutes ?? 0) * 60;
    return [];
  }

  #person(name: string): Person {
    const id = ids[name] ?? 0;
    return { id, is_bot: false, first_name: name, language_code: this.#language };
  }

  #place(name: string): object {
    if (this.#isGroup) return { id: -5, type: 'group', title: 'Crew' };
    return { id: ids[name] ?? 0, type: 'private', first_name: name };
  }

  #send(name: string, content: object): Promise<string[]> {
    this.#messageId += 1;
    this.#senders.set(this.#messageId, name);
    return this.#turn(ids[name] ?? 0, { message: this.#message(name, content) });
  }

  #edit(name: string, text: string): Promise<string[]> {
    const edited_message = { ...this.#message(name, { text }), edit_date: this.#now };
    return this.#turn(ids[name] ?? 0, { edited_message });
  }

  #message(name: string, content: object): object {
    const from = this.#person(name);
    const about = { message_id: this.#messageId, date: (this.#now += 1) };
    return { ...about, chat: this.#place(name), from, ...content };
  }

  #tap(name: string, label: string): Promise<string[]> {
    const buttons = this.#chat.calls.flatMap(({ body: { reply_markup } }) => {
      const { inline_keyboard: rows = [] } = (reply_markup ?? {}) as {
        inline_keyboard?: { text: string; callback_data: string }[][];
      };
      return rows.flat();
    });
    const pressed = buttons.findLast(({ text }) => text === label);
    if (pressed === undefined) throw new Error(`There is no button [${label}]`);
    const message = { message_id: 9, date: 1, chat: this.#place(name), text: '' };
    const query = { id: 'press', chat_instance: '1', data: pressed.callback_data, message };
    return this.#turn(ids[name] ?? 0, { callback_query: { ...query, from: this.#person(name) } });
  }

  #fileEvent(news: string): object {
    const from = this.#person('Maria');
    const about = { ...event, address: { ...event.address, from, messageId: this.#messageId } };
    const [what = '', name = ''] = news.split(/ (?=\S+$)/);
    const failure = { id: 'u', fileId: 'f', kind: 'photo', reason: name };
    switch (what) {
      case 'saved':
        return { file_ready: { ...about, files: [stored(name)], failures: [] } };
      case 'not saved:':
        return { file_failed: { ...about, failures: [failure] } };
      case 'no preview of':
        return {
          file_processed: {
            ...about,
            file: stored(name),
            processor: 'thumbnail',
            failure: 'too-slow',
          },
        };
      case 'files deleted:':
        return { files_forgotten: { ...about, count: Number(name) } };
      default:
        throw new Error(`Unknown event: ${news}`);
    }
  }

  async #turn(user: number, update: object): Promise<string[]> {
    const lane = `c:${this.#isGroup ? -5 : user}`;
    const sms = this.#chat.codes.length;
    const calls = await this.#chat.turn(update, { lane, sessionKey: `${lane}:${user}` });
    const codes = this.#chat.codes.slice(sms);
    return [
      ...codes.map(({ to, text }) => `  (SMS to ${to}: ${text.replace(/\d{6}/, '······')})`),
      ...calls.flatMap((call) => transcribe(call as SentCall, this.#senders)),
    ];
  }
}

function textMessage(text: string): object {
  return { text, entities: commandsIn(text) };
}

function captioned(caption: string): object {
  const photo = [{ file_id: 'p', file_unique_id: 'u', width: 1, height: 1 }];
  return { photo, caption, caption_entities: commandsIn(caption) };
}

function commandsIn(text: string): object[] {
  const [command] = /^\/\S+/.exec(text) ?? [];
  return command === undefined ? [] : [{ type: 'bot_command', offset: 0, length: command.length }];
}
