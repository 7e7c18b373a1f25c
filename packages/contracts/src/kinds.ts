import { asFields, type Fields } from './fields.js';

/** The update kinds of Bot API 10.3: an update has one of these fields next to its update_id. */
export const knownKinds = [
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
  'subscription',
  'poll',
  'poll_answer',
  'my_chat_member',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
  'managed_bot',
] as const;

/** Kinds that Telegram sends only when a bot lists them in `allowed_updates`; all others are sent by default. */
export const kindsOnRequest = [
  'chat_member',
  'message_reaction',
  'message_reaction_count',
] as const;

/**
 * The name of the payload field, independent of the order of fields: known kinds come before unknown ones, objects
 * before other values, and null last.
 */
export function payloadField(update: Fields): string | undefined {
  const known = knownKinds.filter((kind) => Object.hasOwn(update, kind));
  const unknown = Object.keys(update).filter((name) => name !== 'update_id');
  return richest(update, known) ?? richest(update, unknown.sort());
}

function richest(update: Fields, names: readonly string[]): string | undefined {
  return (
    names.find((name) => asFields(update[name])) ??
    names.find((name) => update[name] !== null) ??
    names[0]
  );
}
