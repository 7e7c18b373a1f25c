import { CODE, type Act } from './acts.js';
import type { SeenChat } from './recording-telegram.js';

/** A private chat whose user acts. */
export interface ActingChat extends SeenChat {
  /** The last one-time code. */
  code: () => string;
}

let last = 0;

/** The updates of a user's act, without update_id; a deploy has none. */
export function contentsOf(chat: ActingChat, act: Act): object[] {
  last += 1;
  switch (act.act) {
    case 'say':
      return act.texts.map((each) => messageOf(chat, textOf(each === CODE ? chat.code() : each)));
    case 'press': {
      const { message } = messageOf(chat, { text: 'buttons' });
      const press = { id: `p${last}`, from: message.from, chat_instance: '1' };
      return [{ callback_query: { ...press, data: dataOf(chat, act), message } }];
    }
    case 'photo': {
      const photo = [{ file_id: `f${last}`, file_unique_id: 'f', width: 1, height: 1 }];
      return [messageOf(chat, { photo })];
    }
    case 'own contact':
    case 'contact of another': {
      const user_id = act.act === 'own contact' ? chat.id : 7;
      const contact = { phone_number: '+15550001001', first_name: 'Ann', user_id };
      return [messageOf(chat, { contact })];
    }
    case 'deploy':
      return [];
  }
}

function messageOf({ id }: ActingChat, what: object) {
  const from = { id, is_bot: false, first_name: 'Ann', language_code: 'en' };
  const chat = { id, type: 'private', first_name: 'Ann' };
  const date = Math.floor(Date.now() / 1000);
  return { message: { message_id: last, date, chat, from, ...what } };
}

function textOf(text: string): object {
  const length = text.split(' ')[0]!.length;
  return {
    text,
    entities: text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length }] : [],
  };
}

/** The data of the button that `pick` chooses, or arbitrary data if no button was shown. */
function dataOf(chat: ActingChat, { what, pick }: Extract<Act, { act: 'press' }>): string {
  const among = what === 'current' ? (chat.shown.at(-1) ?? []) : chat.shown.flat();
  const data = among[pick % Math.max(1, among.length)] ?? 'nothing';
  if (what !== 'forged') return data;
  const at = pick % data.length;
  return data.slice(0, at) + (data[at] === 'A' ? 'B' : 'A') + data.slice(at + 1);
}
