import type { Context } from 'telegraf';

/** Telegraf's `callApi`, for methods and options that its types do not know. */
type CallApi = (method: string, payload: object, options?: object) => Promise<unknown>;

/**
 * Makes a call of the Bot API that has to succeed, like any of Telegraf's. `strict`: it rejects also where a refusal
 * means that nothing is left to be done.
 */
export function call(
  ctx: Context,
  method: string,
  payload: object,
  options?: { strict: boolean },
): Promise<unknown> {
  return callApiOf(ctx)(method, payload, options);
}

/**
 * Makes a call that only shows how far the turn is. It gives way to all other calls, rejects at once while Telegram wants
 * none, and is not recorded in the turn's journal, because a later one replaces it.
 *
 * @param signal aborts the call
 */
export function callProgress(
  ctx: Context,
  method: string,
  payload: object,
  signal: AbortSignal,
): Promise<unknown> {
  const options = { signal, priority: 'progress', delivery: 'untracked' };
  return callApiOf(ctx)(method, payload, options);
}

function callApiOf({ telegram }: Context): CallApi {
  return telegram.callApi.bind(telegram) as unknown as CallApi;
}
