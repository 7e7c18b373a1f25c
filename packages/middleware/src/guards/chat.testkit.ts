import { botInfo } from '@chatlane/testing';
import { Context, Telegram, type MiddlewareFn } from 'telegraf';
import type { Update } from 'telegraf/types';
import { answerInPlace } from '../place/answer-in-place.js';
import type { Counted } from '../turn/counted.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { giveTurn } from '../turn/give-turn.js';

export const ann = { id: 42, is_bot: false, first_name: 'Ann' };
export const bea = { id: 43, is_bot: false, first_name: 'Bea' };
const privateChat = { id: 42, type: 'private', first_name: 'Ann' };
export const group = { id: -1005, type: 'supergroup', title: 'Group' };

interface Call {
  method: string;
  payload: Record<string, unknown>;
}

/** Records each call. `answers` holds the result, or the error, of each method. */
class RecordingTelegram extends Telegram {
  readonly calls: Call[] = [];
  readonly answers = new Map<string, unknown>();
  override callApi(method: string, payload: object): Promise<never> {
    this.calls.push({ method, payload: { ...payload } });
    const reply = this.answers.get(method) ?? true;
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply as never);
  }
}

/** Runs middleware on updates as a worker does, and records the effects. */
export function openTurns() {
  const telegram = new RecordingTelegram('1:token');
  const counted: Counted[] = [];
  let touched = 0;

  function context(update: object, turn: Partial<TurnInfo> = {}): TurnContext {
    const full = { update_id: 1, ...update } as Update;
    const touch = () => void (touched += 1);
    const info: TurnInfo = {
      lane: 'c:42',
      attempt: 1,
      signal: new AbortController().signal,
      sessionKey: 'c:42:42',
      sessions: { get: () => Promise.resolve(void touch()), stage: touch },
      count: (what) => void counted.push(what),
      ...turn,
    };
    const ctx = giveTurn(new Context(full, telegram, botInfo), info, botInfo.id);
    answerInPlace(ctx);
    return ctx;
  }

  return {
    counted,
    telegram,
    context,
    /** How often a session was read or written. */
    touched: () => touched,
    /** Whether the middleware passed the update on. */
    passes: async (
      middleware: MiddlewareFn<TurnContext>,
      update: object,
      turn: Partial<TurnInfo> = {},
    ): Promise<boolean> => {
      let passed = false;
      await middleware(context(update, turn), () => Promise.resolve(void (passed = true)));
      return passed;
    },
    /** The texts of the replies and notices that the bot has sent since the last call of `said`. */
    said: () =>
      telegram.calls
        .splice(0)
        .flatMap(({ payload: { text } }) => (typeof text === 'string' ? [text] : [])),
  };
}

export function message(content: object = { text: 'hello' }) {
  return { message: { message_id: 1, date: 1, chat: privateChat, from: ann, ...content } };
}

export function press(data: string, content: object = {}) {
  const shown = { message_id: 9, date: 1, chat: privateChat, text: 'buttons' };
  return {
    callback_query: { id: 'p', from: ann, chat_instance: '1', data, message: shown, ...content },
  };
}
