import type { ChatIdentity } from './chat-identity.js';
import type { Message } from './message.js';

/** A topic of a forum. Its id is that of the service message that created it. */
export interface Topic {
  id: number;
  name: string;
  iconColor: number;
  /** Undefined: the icon is the first letter of the name. */
  iconEmojiId: string | undefined;
  creatorId: number;
  isClosed: boolean;
}

/** The topics of a forum. */
export interface Forum {
  topics: Map<number, Topic>;
  /** The topic of all messages that belong to no other topic. It has no id. */
  general: { name: string; isClosed: boolean; isHidden: boolean };
}

export function createForum(): Forum {
  return { topics: new Map(), general: { name: 'General', isClosed: false, isHidden: false } };
}

/** The topic that a message belongs to. */
export function topicIdOf(
  message: Pick<Message, 'message_thread_id' | 'is_topic_message'> | undefined,
): number | undefined {
  return message?.is_topic_message ? message.message_thread_id : undefined;
}

/**
 * The thread of a new message. A reply is in the topic of the message it replies to. In a supergroup, replies outside
 * of topics form threads, too, but those are not topics and cannot be written to.
 */
export function threadFields(
  { type }: ChatIdentity,
  topicId: number | undefined,
  replied: Message | undefined,
): Pick<Message, 'message_thread_id' | 'is_topic_message'> {
  const id = topicId ?? topicIdOf(replied);
  if (id !== undefined) return { message_thread_id: id, is_topic_message: true };
  if (type !== 'supergroup' || replied === undefined) return {};
  return { message_thread_id: replied.message_thread_id ?? replied.message_id };
}
