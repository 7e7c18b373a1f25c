import { botInfo } from '@chatlane/testing';
import { Composer, Context, Telegram, type Middleware } from 'telegraf';
import type { Update } from 'telegraf/types';
import { session } from '../session/session.js';
import { giveTurn } from '../turn/give-turn.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';

const ann = { id: 42, is_bot: false, first_name: 'Ann' };
const chat = { id: 42, type: 'private' as const, first_name: 'Ann' };

interface Sent {
  text?: string;
  reply_markup?: object;
  reply_parameters?: object;
}

/** Answers every call, and records what was sent. */
class RecordingTelegram extends Telegram {
  readonly sent: Sent[] = [];
  override callApi(_method: string, payload: Sent): Promise<never> {
    this.sent.push(payload);
    return Promise.resolve({ message_id: 1, date: 1, chat } as never);
  }
}

/** A bot with any context, which is created here as a worker would. */
type Bot = { middleware(): (ctx: never, next: () => Promise<void>) => unknown };

/** A conversation between a person and a bot. The session is saved as by a lane's commit. */
export interface Talk {
  /** Runs a turn on a text, and returns the bot's texts. A turn that throws saves nothing. */
  say(text: string): Promise<string[]>;
  /** Runs a turn on any update. */
  send(update: object): Promise<string[]>;
  /** What the bot sent in the last turn. */
  sent: Sent[];
  /** The stored session, as JSON. */
  stored: string | undefined;
  /** The same person and session with another version of the bot. */
  with(bot: Bot): Talk;
}

export function talkTo(
  bot: Bot,
  stored: string | undefined = undefined,
  more: Partial<TurnInfo> = {},
): Talk {
  let staged: string | undefined;
  const turn: TurnInfo = {
    lane: 'c:42',
    attempt: 1,
    signal: new AbortController().signal,
    sessionKey: 'c:42:42',
    sessions: {
      get: () => Promise.resolve(talk.stored),
      stage: (_key, json) => void (staged = json),
    },
    ...more,
  };
  const talk: Talk = {
    stored,
    sent: [],
    async send(update) {
      const telegram = new RecordingTelegram('1:token');
      const ctx = new Context({ update_id: 1, ...update } as Update, telegram, botInfo);
      staged = talk.stored;
      await bot.middleware()(giveTurn(ctx, turn, 1) as never, () => Promise.resolve());
      talk.stored = staged;
      talk.sent = telegram.sent;
      return telegram.sent.flatMap(({ text }) => text ?? []);
    },
    say(text) {
      const length = text.split(' ')[0]?.length ?? 0;
      const entities = text.startsWith('/') ? [{ type: 'bot_command', offset: 0, length }] : [];
      return talk.send({ message: { message_id: 1, date: 1, chat, from: ann, text, entities } });
    },
    with: (other) => talkTo(other, talk.stored, more),
  };
  return talk;
}

/** A bot with sessions, followed by `inner`. */
export function withSession<C extends TurnContext & { session: object }>(
  ...inner: Middleware<C>[]
): Composer<C> {
  return new Composer<C>(session<C>({ defaultSession: () => ({}) }), ...inner);
}
