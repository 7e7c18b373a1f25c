/** Every kind of Bot API 10.3. */
const knownKinds = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
  'guest_message',
  'stopped_message_generation',
  'message_reaction',
  'message_reaction_count',
  'inline_query',
  'chosen_inline_result',
  'callback_query',
  'shipping_query',
  'pre_checkout_query',
  'purchased_paid_media',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
  'subscription',
];

const onlyOnRequest = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

/** Which kinds of updates are made at all. Holds for webhook and getUpdates alike, and outlives both. */
export interface AllowedUpdates {
  isAllowed: (kind: string) => boolean;
  /** Undefined: the default set. */
  current(): string[] | undefined;
  /**
   * Takes over an `allowed_updates` argument: not a list keeps what was, an empty list or one of unknown names only is the default.
   * True when something changed.
   */
  change(argument: unknown): boolean;
}

export function createAllowedUpdates(): AllowedUpdates {
  let asked: string[] | undefined;
  return {
    isAllowed: (kind) => (asked ? asked.includes(kind) : !onlyOnRequest.has(kind)),
    current: () => asked,
    change(argument) {
      if (!Array.isArray(argument)) return false;
      const names = knownKinds.filter((kind) => argument.includes(kind));
      const before = asked?.join();
      asked = names.length > 0 ? names : undefined;
      return before !== asked?.join();
    },
  };
}
