import type { Context } from 'telegraf';

/** Telegraf's `callApi` with methods and options that its types do not include. */
type CallApi = (method: string, payload: object, options?: object) => Promise<unknown>;

/**
 * Makes an ordinary call to the Bot API. With `strict` it also rejects when Telegram refuses the call because there is
 * nothing left to do, such as answering an old button press.
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
 * Makes a call that only shows the progress of the turn. It has the lowest priority, rejects at once while Telegram
 * accepts no calls, and is not recorded in the turn's journal, because a later call replaces it.
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
