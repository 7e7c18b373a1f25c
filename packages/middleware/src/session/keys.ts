import type { TurnContext } from '../turn/turn.js';

/*
 * Session keys. Each begins with the turn's lane (a chat, a business chat, a poll, ...), so that the order of the
 * lane's events protects the session. The rest contains no colon. `ctx.turn.sessionKey` is `<lane>:<user>`.
 *
 *                    group        channel post,     business chat          outside of topics
 *                                 anonymous admin
 *   perUserInChat    c:-100:42    c:-100:           b:<connection>:<chat>:42
 *   perChat          c:-100:chat  c:-100:chat       b:<connection>:<chat>:chat
 *   perTopic         c:-100:topic-7                                        c:-100:topic-none
 *   perUserInTopic   c:-100:42-topic-7                                     c:-100:42-topic-none
 */

/**
 * The default: one session for each user in each chat. Messages sent as a chat (a channel's post, an anonymous admin)
 * use the chat's own session. Undefined for an event that has no session.
 */
export function perUserInChat(ctx: TurnContext): string | undefined {
  return ctx.turn.sessionKey;
}

/** One session for a whole chat: for all members of a group, both sides of a business chat, all posts of a channel. */
export function perChat(ctx: TurnContext): string | undefined {
  return ctx.turn.sessionKey === undefined ? undefined : `${ctx.turn.lane}:chat`;
}

/**
 * One session for each topic of a forum, of a private chat with topics, or of a channel's direct messages. Messages
 * outside of topics share one. Undefined where Telegram names no topic: reactions, membership, buttons on old messages.
 */
export function perTopic(ctx: TurnContext): string | undefined {
  const topic = ctx.turn.sessionKey === undefined ? undefined : topicOf(ctx.update);
  return topic && `${ctx.turn.lane}:topic-${topic}`;
}

/** One session for each user in each topic. Otherwise like `perTopic`. */
export function perUserInTopic(ctx: TurnContext): string | undefined {
  const topic = topicOf(ctx.update);
  return topic && ctx.turn.sessionKey && `${ctx.turn.sessionKey}-topic-${topic}`;
}

/** The kinds of updates that are a message of a chat, sent or edited. */
export const chatMessages = [
  'message',
  'edited_message',
  'channel_post',
  'edited_channel_post',
  'business_message',
  'edited_business_message',
] as const;

interface InTopic {
  date?: number;
  is_topic_message?: boolean;
  message_thread_id?: number;
  direct_messages_topic?: { topic_id?: number };
}

function topicOf(update: object): string | undefined {
  const message = messageOf(update);
  // Date 0 marks a message that Telegram can no longer access, whose topic is unknown.
  if (message === undefined || message.date === 0) return undefined;
  // A thread id alone does not mean a topic: comments below a channel's post have one too.
  const id = message.is_topic_message
    ? message.message_thread_id
    : message.direct_messages_topic?.topic_id;
  return id === undefined ? 'none' : String(id);
}

function messageOf(update: object): InTopic | undefined {
  const fields = update as Readonly<Record<string, InTopic | undefined>>;
  const kind = chatMessages.find((each) => fields[each] !== undefined);
  if (kind !== undefined) return fields[kind];
  const pressed = fields['callback_query'] as { message?: InTopic } | undefined;
  return pressed?.message;
}

/**
 * The key of a session in a database that several deployments may share: `{chatlane}:c:42:42`, as in Redis. Two bots
 * may have the same users, and updates with the same ids.
 */
export function deploymentKey(deployment: string, key: string): string {
  return `{${deployment}}:${key}`;
}

/** Splits a `deploymentKey`. Undefined for a key without a deployment, such as earlier versions wrote. */
export function deploymentOf(key: string): { deployment: string; key: string } | undefined {
  const [, deployment, rest] = /^\{([^{}]*)\}:(.*)$/s.exec(key) ?? [];
  return deployment === undefined || rest === undefined ? undefined : { deployment, key: rest };
}

/**
 * The key under which a session that this code cannot read is set aside, for example
 * `c:42:42~aside-20261130T081500123Z`. The time tells it apart from earlier ones. It contains no colon, because
 * with one the key could belong to two lanes.
 */
export const asideKey = (key: string): string =>
  `${key}~aside-${new Date().toISOString().replace(/[-:.]/g, '')}`;

/** How long a session is kept after it was set aside: 30 days. */
export const ASIDE_SECONDS = 2_592_000;
