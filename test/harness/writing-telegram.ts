import { Telegram } from 'telegraf';

/** A chat as its user sees it. */
export interface SeenChat {
  id: number;
  texts: string[];
  /** Data of the buttons, message by message. */
  shown: string[][];
}

/** Answers every call, and writes down what users see. */
export class WritingTelegram extends Telegram {
  constructor(
    private readonly chat: SeenChat,
    /** False: the worker is dead, and no answer comes. */
    private readonly lives: () => boolean,
  ) {
    super('123456789:token');
  }

  override callApi(method: string, payload: object): Promise<never> {
    if (!this.lives()) return new Promise(() => undefined);
    const { text, reply_markup } = payload as {
      text?: string;
      reply_markup?: { inline_keyboard?: { callback_data?: string }[][] };
    };
    if (text !== undefined && method === 'sendMessage') this.chat.texts.push(text);
    const rows = reply_markup?.inline_keyboard?.flat() ?? [];
    const data = rows.flatMap(({ callback_data }) => callback_data ?? []);
    if (data.length > 0) this.chat.shown.push(data);
    const { id } = this.chat;
    const message = {
      message_id: 1,
      date: Math.floor(Date.now() / 1000),
      chat: { id, type: 'private' },
      text,
    };
    return Promise.resolve((method === 'getChatAdministrators' ? [] : message) as never);
  }
}
