import type { Context, Telegram } from 'telegraf';

/** A call to the Bot API that a handler makes. */
export interface OutgoingCall {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Makes the given call, which may differ from the intercepted one. */
export type Proceed = (call: OutgoingCall) => Promise<unknown>;

/** Routes every later call of this context through `intercept`, which makes it with `proceed`. */
export function interceptCalls(
  ctx: Context,
  intercept: (call: OutgoingCall, proceed: Proceed) => Promise<unknown>,
): void {
  const { telegram } = ctx;
  const callApi = (method: string, payload: object, ...options: unknown[]) =>
    intercept({ method, payload: payload as OutgoingCall['payload'] }, (call) =>
      telegram.callApi(call.method as never, call.payload as never, ...(options as [])),
    );
  const intercepted = Object.create(telegram, { callApi: { value: callApi } }) as Telegram;
  Object.defineProperty(ctx, 'telegram', {
    value: intercepted,
    configurable: true,
    writable: true,
  });
}

/** The methods that send a message which may show or remove a reply keyboard. */
const sends =
  /^send(?:Message|Photo|Document|Video|Animation|Audio|Voice|VideoNote|Sticker|Location|Venue|Contact|Dice|Poll)$/;

/** Whether the call sends a message to the chat that the turn is about. */
export function isSentTo(chatId: number | undefined, { method, payload }: OutgoingCall): boolean {
  const { chat_id } = payload;
  return (
    chatId !== undefined && sends.test(method) && (chat_id === chatId || chat_id === String(chatId))
  );
}
