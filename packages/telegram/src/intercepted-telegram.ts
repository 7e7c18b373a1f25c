import { Telegram } from 'telegraf';
import type { Opts, Telegram as ApiMethods } from 'telegraf/types';
import type { CallOptions, ClientTurn, Send } from './interceptor.js';
import { carriesUpload, closeStreams, suppressStreamErrors } from './payload.js';

type Answer<M extends keyof ApiMethods> = ReturnType<ApiMethods[M]>;

/** A client that knows which of its calls have not ended. */
export interface TurnTelegram extends Telegram {
  /** Telegraf's, with what may be said about a call: its priority, its delivery, and how refusals are taken. */
  callApi<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    options?: CallOptions & { readonly signal?: unknown },
  ): Promise<Answer<M>>;
  /** The methods of the calls under way, in the order in which they were made. */
  readonly pendingCalls: readonly string[];
  /** Resolves, never rejects, when the calls that are under way now have ended. */
  settled(): Promise<void>;
}

/** Telegraf's client with every call put on the road instead of straight on the wire. */
export class InterceptedTelegram extends Telegram implements TurnTelegram {
  readonly #send: Send;
  readonly #turn: ClientTurn;
  readonly #calls = new Map<Promise<unknown>, string>();

  constructor(token: string, apiRoot: string, turn: ClientTurn, send: Send) {
    // A call in the answer to the webhook has no result, no error and no order (telegraf#1086).
    super(token, { apiRoot, webhookReply: false });
    this.#send = send;
    this.#turn = turn;
  }

  override async callApi<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    { signal: given, ...options }: CallOptions & { signal?: unknown } = {},
  ): Promise<Answer<M>> {
    const turn = this.#turn;
    const own = given instanceof AbortSignal ? given : undefined;
    const signal = own === undefined ? turn.signal : AbortSignal.any([turn.signal, own]);
    const mayCarryStreams = carriesUpload(payload);
    if (mayCarryStreams) suppressStreamErrors(payload);
    const call = this.#send({ method, payload: { ...payload }, turn, signal, options });
    this.#calls.set(call, method);
    try {
      return (await call) as Answer<M>;
    } finally {
      this.#calls.delete(call);
      if (mayCarryStreams) closeStreams(payload);
    }
  }

  get pendingCalls(): readonly string[] {
    return [...this.#calls.values()];
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#calls.keys());
  }
}
