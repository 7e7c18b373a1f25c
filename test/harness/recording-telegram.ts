import { Telegram } from 'telegraf';

/** What the user of a chat sees. */
export interface SeenChat {
  id: number;
  texts: string[];
  /** The callback data of the buttons, per message. */
  shown: string[][];
}

/** A Bot API client that answers every call itself and records what the user sees. */
export class RecordingTelegram extends Telegram {
  constructor(
    private readonly chat: SeenChat,
    /** Returns false when the worker is dead; then the call is never answered. */
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
