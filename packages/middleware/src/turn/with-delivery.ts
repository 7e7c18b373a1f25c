import type { Telegram } from 'telegraf';

/**
 * What happens to a call whose answer was lost, so that its outcome is unknown. `at-least-once`: it is repeated once.
 * `at-most-once`: it is never repeated, and fails with `OutcomeUnknownError`. `untracked`: it is not recorded, and is
 * sent again whenever its update is handled again.
 */
export type Delivery = 'at-least-once' | 'at-most-once' | 'untracked';

/**
 * Returns a client whose calls use this delivery instead of the one configured for the bot or the method.
 *
 * @example
 * await withDelivery(ctx.telegram, 'at-most-once').sendMessage(ctx.chat.id, 'Your code: 1234');
 */
export function withDelivery<T extends Telegram>(telegram: T, delivery: Delivery): T {
  const call = telegram.callApi.bind(telegram) as (...args: unknown[]) => Promise<unknown>;
  const callApi = (method: string, payload: object, options?: object): Promise<unknown> =>
    call(method, payload, { ...options, delivery });
  return Object.create(telegram, { callApi: { value: callApi } }) as T;
}
