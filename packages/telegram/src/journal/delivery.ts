import type { ApiCall, Delivery } from '../interceptor.js';

/** Methods that move money, or what was bought with it: doing one twice costs somebody something. */
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

/** Methods that read, answer a query that can be answered once, or show something that is gone in seconds. */
const changesNothing =
  /^(get[A-Z]|answer(CallbackQuery|InlineQuery|ShippingQuery|PreCheckoutQuery|ChatJoinRequestQuery)$|sendChatAction$|send\w*Draft$|log[Oo]ut$|close$)/;

/**
 * How a call is delivered, if its caller does not say it: methods that change nothing are `untracked`, those that move
 * money `at-most-once`, all others `at-least-once`.
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
