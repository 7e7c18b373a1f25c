import type { Telegram } from 'telegraf';
import type { Opts, Telegram as ApiMethods } from 'telegraf/types';
import type { CallOptions, ClientTurn, Send } from './interceptor.js';
import { carriesUpload, closeStreams, suppressStreamErrors } from './payload.js';

type Answer<M extends keyof ApiMethods> = ReturnType<ApiMethods[M]>;

/** Telegraf's client for one turn, which knows its pending calls. */
export interface TurnTelegram extends Telegram {
  /** Telegraf's `callApi` with additional options. */
  callApi<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    options?: CallOptions & { readonly signal?: unknown },
  ): Promise<Answer<M>>;
  /** The methods of the pending calls, in the order in which they were made. */
  readonly pendingCalls: readonly string[];
  /** Resolves when all calls that are pending now have ended. Never rejects. */
  settled(): Promise<void>;
}

/** Creates a client for one turn. */
type TurnTelegramClass = new (
  token: string,
  apiRoot: string,
  turn: ClientTurn,
  send: Send,
) => TurnTelegram;

const classes = new WeakMap<typeof Telegram, TurnTelegramClass>();

/**
 * Telegraf's client with every call sent through our interceptors instead of directly over HTTP.
 *
 * @param Base the client of the bot's copy of Telegraf, whose methods the bot's contexts call
 */
export function interceptedTelegram(Base: typeof Telegram): TurnTelegramClass {
  const made = classes.get(Base) ?? extendTelegram(Base);
  classes.set(Base, made);
  return made;
}

function extendTelegram(Base: typeof Telegram): TurnTelegramClass {
  return class InterceptedTelegram extends Base implements TurnTelegram {
    readonly #send: Send;
    readonly #turn: ClientTurn;
    readonly #calls = new Map<Promise<unknown>, string>();

    constructor(token: string, apiRoot: string, turn: ClientTurn, send: Send) {
      // A call sent as the webhook's response has no result, no error and no defined order (telegraf#1086).
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
  };
}
