import type { ApiCall, Delivery } from '../interceptor.js';

/** Methods that move money or something bought with it, so that repeating them costs someone money. */
const movesMoney: ReadonlySet<string> = new Set([
  'convertGiftToStars',
  'editUserStarSubscription',
  'giftPremiumSubscription',
  'refundStarPayment',
  'sendGift',
  'transferBusinessAccountStars',
  'transferGift',
  'upgradeGift',
]);

/** Methods that only read, answer a query that can be answered only once, or show something for a few seconds. */
const changesNothing =
  /^(get[A-Z]|answer(CallbackQuery|InlineQuery|ShippingQuery|PreCheckoutQuery|ChatJoinRequestQuery)$|sendChatAction$|send\w*Draft$|log[Oo]ut$|close$)/;

/**
 * How a call is delivered: as its caller says, otherwise as the bot says for the method. By default methods that change
 * nothing are `untracked`, those that move money `at-most-once`, and all others `at-least-once`.
 */
export function deliveryOf(
  { method, options }: ApiCall,
  byBot: Readonly<Record<string, Delivery>>,
): Delivery {
  if (options.delivery !== undefined) return options.delivery;
  const chosen = byBot[method];
  if (chosen !== undefined) return chosen;
  if (changesNothing.test(method)) return 'untracked';
  return movesMoney.has(method) ? 'at-most-once' : 'at-least-once';
}
