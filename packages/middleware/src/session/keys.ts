import type { TurnContext } from '../turn/turn.js';

/*
 * Keys of sessions. All begin with the turn's lane (a chat, a business chat, a poll, ...), so that the lane's order
 * protects them; the part behind it holds no colon. `<lane>:<user>` is ctx.turn.sessionKey.
 *
 *   perUserInChat    c:-100:42          channel post, anonymous admin: c:-100:    business chat: b:<connection>:<chat>:42
 *   perChat          c:-100:chat                                                  business chat: b:<connection>:<chat>:chat
 *   perTopic         c:-100:topic-7     outside topics: c:-100:topic-none
 *   perUserInTopic   c:-100:42-topic-7  outside topics: c:-100:42-topic-none
 */

/**
 * The default: one session for each user in each chat. Who writes as a chat (a channel's post, an anonymous admin) has
 * the chat's own.
 */
export function perUserInChat(ctx: TurnContext): string | undefined {
  return ctx.turn.sessionKey;
}

/** One session for all of a chat: of a group's members, of both sides of a business chat, of a channel's posts. */
export function perChat(ctx: TurnContext): string | undefined {
  return ctx.turn.sessionKey === undefined ? undefined : `${ctx.turn.lane}:chat`;
}

/**
 * One session for each topic of a forum, of a private chat with topics, or of a channel's direct messages; what is
 * outside a topic shares one. Undefined where Telegram names no topic: reactions, membership, buttons on old messages.
 */
export function perTopic(ctx: TurnContext): string | undefined {
  const topic = ctx.turn.sessionKey === undefined ? undefined : topicOf(ctx.update);
  return topic && `${ctx.turn.lane}:topic-${topic}`;
}

/** One session for each user in each topic; otherwise as `perTopic`. */
export function perUserInTopic(ctx: TurnContext): string | undefined {
  const topic = topicOf(ctx.update);
  return topic && ctx.turn.sessionKey && `${ctx.turn.sessionKey}-topic-${topic}`;
}

const MESSAGES: readonly string[] = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_message',
  'edited_business_message',
];

interface InTopic {
  date?: number;
  is_topic_message?: boolean;
  message_thread_id?: number;
  direct_messages_topic?: { topic_id?: number };
}

function topicOf(update: object): string | undefined {
  const message = messageOf(update);
  // Telegram's sign for a message it can no longer show: of its topic nothing is known.
  if (message === undefined || message.date === 0) return undefined;
  // A thread id alone is no topic: comments below a channel's post have one too.
  const id = message.is_topic_message
    ? message.message_thread_id
    : message.direct_messages_topic?.topic_id;
  return id === undefined ? 'none' : String(id);
}

function messageOf(update: object): InTopic | undefined {
  const fields = update as Readonly<Record<string, InTopic | undefined>>;
  const kind = MESSAGES.find((each) => fields[each] !== undefined);
  if (kind !== undefined) return fields[kind];
  const pressed = fields['callback_query'] as { message?: InTopic } | undefined;
  return pressed?.message;
}
