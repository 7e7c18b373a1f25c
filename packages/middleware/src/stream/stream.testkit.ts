import { botInfo } from '@chatlane/testing';
import { Context, Telegram } from 'telegraf';
import type { Update } from 'telegraf/types';
import { answerInPlace } from '../place/answer-in-place.js';
import type { Counted } from '../turn/counted.js';
import type { TurnContext, TurnInfo } from '../turn/turn.js';
import { ann } from '../guards/chat.testkit.js';
import { streaming, type StreamContext } from './streaming.js';

export type StreamingContext = TurnContext & StreamContext;

export interface MadeCall {
  method: string;
  payload: Record<string, unknown>;
  options: { priority?: string; delivery?: string };
}

/** An error like those of the worker's client. */
export function failed(errorCode: number, description: string, retryAfterMs?: number): Error {
  const nextAction =
    errorCode === 429 ? 'retry-after' : errorCode >= 500 || errorCode === 0 ? 'retry' : 'never';
  const more = { nextAction, errorCode, description, method: 'any', retryAfterMs };
  return Object.assign(new Error(description), more);
}

/** Records each call, and returns what `answer` returns. Sent messages have ids from 100. */
class AnsweringTelegram extends Telegram {
  readonly calls: MadeCall[] = [];
  #lastId = 99;
  constructor(readonly answer: (call: MadeCall, nth: number) => unknown) {
    super('1:token');
  }
  override async callApi(...given: unknown[]): Promise<never> {
    const [method, payload, options = {}] = given as [string, object, MadeCall['options']?];
    // The form in which it would be sent.
    const sent = JSON.parse(JSON.stringify(payload)) as MadeCall['payload'];
    const call = { method, payload: sent, options };
    this.calls.push(call);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const answer = this.answer(call, this.calls.length);
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) return answer as never;
    return (method.startsWith('send') ? { message_id: (this.#lastId += 1) } : true) as never;
  }
}

/** A chat in which a handler streams. */
export function openStreams(
  handler: (ctx: StreamingContext) => unknown,
  answer: (call: MadeCall, nth: number) => unknown = () => undefined,
) {
  const telegram = new AnsweringTelegram(answer);
  const counted: Counted[] = [];
  const staged: { kind: string; json: string }[] = [];
  const run = streaming<StreamingContext>({ everyMs: 10, draft: false });

  async function turn(update: object, more: Partial<TurnInfo> = {}): Promise<void> {
    const full = { update_id: 1, ...update } as Update;
    const info: TurnInfo = {
      lane: 'c:42',
      eventId: '7',
      attempt: 1,
      signal: new AbortController().signal,
      sessionKey: 'c:42:42',
      sessions: { get: () => Promise.resolve(undefined), stage: () => undefined },
      outbox: {
        stage(kind, json) {
          staged.push({ kind, json: typeof json === 'string' ? json : json('1.1') });
          return '1.1';
        },
      },
      count: (what) => void counted.push(what),
      ...more,
    };
    const ctx = Object.assign(new Context(full, telegram, botInfo), {
      turn: info,
    }) as StreamingContext;
    if (!('stream_final' in update)) answerInPlace(ctx);
    await run(ctx, async () => void (await handler(ctx)));
  }

  return {
    counted,
    staged,
    calls: telegram.calls,
    turn,
    /** Runs a turn on a message from Ann in her private chat. */
    say: (more: Partial<TurnInfo> = {}) => turn(privateMessage(), more),
    /** Runs a turn on the event that was staged last. */
    async runStaged(): Promise<void> {
      const { kind, payload } = JSON.parse(staged.at(-1)!.json) as {
        kind: string;
        payload: object;
      };
      await turn({ [kind]: payload });
    },
    /** The texts of the calls to a method, in order. */
    texts: (method: string) =>
      telegram.calls
        .filter((call) => call.method === method)
        .map(({ payload }) => payload['text'] as string),
  };
}

function privateMessage(): object {
  const chat = { id: 42, type: 'private', first_name: 'Ann' };
  return { message: { message_id: 1, date: 1, chat, from: ann, text: '/ask' } };
}
