import { memberOf } from '../api/chat-member.js';
import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { standingOf } from '../world/membership.js';
import { PlayError } from './play-error.js';

/** Adds a person to a chat, which the bot sees as `chat_member`. @throws PlayError 400 when they are banned */
export function join(simulator: Simulator, chat: Chat, userId: number): void {
  const { world, queue, clock } = simulator;
  const now = clock.unixSeconds();
  if (standingOf(chat, userId, now)?.kind === 'banned') {
    throw new PlayError(400, `from_id: user ${userId} is banned from chat ${chat.identity.id}`);
  }
  if (chat.memberIds.has(userId)) return;
  const before = memberOf(simulator, chat, userId);
  chat.memberIds.add(userId);
  world.chats.announce(chat);
  if (chat.identity.type === 'private' || !chat.botIsMember) return;
  queue.push('chat_member', {
    chat: chat.identity,
    from: before['user'],
    date: now,
    old_chat_member: before,
    new_chat_member: memberOf(simulator, chat, userId),
  });
}

/** @throws PlayError 400 when the person is restricted from writing */
export function checkMayWrite({ clock }: Simulator, chat: Chat, userId: number): void {
  const standing = standingOf(chat, userId, clock.unixSeconds());
  if (standing?.kind === 'restricted' && !standing.permissions.can_send_messages) {
    throw new PlayError(400, `from_id: user ${userId} may not write in chat ${chat.identity.id}`);
  }
}

/**
 * Checks that a member may write in a topic. Without `topicId`, that is the General topic. Without `isNamed`, the topic
 * is that of the message replied to and need not exist: an injected update may name any topic, in any chat.
 *
 * @throws PlayError when the chat has no such topic, or it is closed
 */
export function checkTopic(
  { forum, identity, adminIds }: Chat,
  userId: number,
  { topicId, isNamed }: { topicId: number | undefined; isNamed: boolean },
): void {
  const topic = topicId === undefined ? forum?.general : forum?.topics.get(topicId);
  if (isNamed && !topic) {
    throw new PlayError(404, `message_thread_id: chat ${identity.id} has no topic ${topicId}`);
  }
  if (topic?.isClosed && !adminIds.has(userId)) {
    throw new PlayError(400, `message_thread_id: the topic “${topic.name}” is closed`);
  }
}
