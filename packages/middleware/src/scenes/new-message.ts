import type { Context } from 'telegraf';
import type { Message } from 'telegraf/types';

/** Kinds of updates with a message that was just sent. All others concern an older message, or none. */
const kinds = ['message', 'channel_post', 'business_message', 'guest_message'] as const;

/**
 * The fields of service messages, which report an event in the chat and are not answers. Messages that a button of the
 * bot requests (a contact, a shared user or chat, data of a web app, a payment) are answers, and not listed.
 */
const service = [
  'boost_added',
  'channel_chat_created',
  'chat_background_set',
  'checklist_tasks_added',
  'checklist_tasks_done',
  'connected_website',
  'delete_chat_photo',
  'direct_message_price_changed',
  'forum_topic_closed',
  'forum_topic_created',
  'forum_topic_edited',
  'forum_topic_reopened',
  'general_forum_topic_hidden',
  'general_forum_topic_unhidden',
  'gift',
  'giveaway_completed',
  'giveaway_created',
  'group_chat_created',
  'left_chat_member',
  'message_auto_delete_timer_changed',
  'migrate_from_chat_id',
  'migrate_to_chat_id',
  'new_chat_members',
  'new_chat_photo',
  'new_chat_title',
  'paid_message_price_changed',
  'pinned_message',
  'proximity_alert_triggered',
  'refunded_payment',
  'supergroup_chat_created',
  'unique_gift',
  'video_chat_ended',
  'video_chat_participants_invited',
  'video_chat_scheduled',
  'video_chat_started',
  'write_access_allowed',
] as const;

/**
 * The message that a person has just sent. Undefined for presses, edits, reactions, service messages and all others.
 */
export function newMessage({ update }: Context): Message | undefined {
  // Telegraf's types lack newer kinds of updates.
  const fields: Partial<Record<string, unknown>> = { ...update };
  const kind = kinds.find((each) => each in fields);
  const message = kind === undefined ? undefined : (fields[kind] as Message);
  return message === undefined || service.some((field) => field in message) ? undefined : message;
}
