import { Telegram } from 'telegraf';
import type { Opts, Telegram as ApiMethods } from 'telegraf/types';
import type { RoadTurn, Send } from './chain.js';

type Answer<M extends keyof ApiMethods> = ReturnType<ApiMethods[M]>;

/** Telegraf's client with every call put on the road instead of straight on the wire. */
export class RoadTelegram extends Telegram {
  readonly #send: Send;
  readonly #turn: RoadTurn;

  constructor(token: string, apiRoot: string, turn: RoadTurn, send: Send) {
    // A call in the answer to the webhook has no result, no error and no order (telegraf#1086).
    super(token, { apiRoot, webhookReply: false });
    this.#send = send;
    this.#turn = turn;
  }

  override async callApi<M extends keyof ApiMethods>(
    method: M,
    payload: Opts<M>,
    options: { signal?: unknown } = {},
  ): Promise<Answer<M>> {
    const turn = this.#turn;
    const own = options.signal instanceof AbortSignal ? options.signal : undefined;
    const signal = own === undefined ? turn.signal : AbortSignal.any([turn.signal, own]);
    return (await this.#send({ method, payload: { ...payload }, turn, signal })) as Answer<M>;
  }
}
