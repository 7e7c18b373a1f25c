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

/** Checks that a member is allowed to write. */
/** @throws PlayError 400 when the person is restricted from writing */
export function checkMayWrite({ clock }: Simulator, chat: Chat, userId: number): void {
  const standing = standingOf(chat, userId, clock.unixSeconds());
  if (standing?.kind === 'restricted' && !standing.permissions.can_send_messages) {
    throw new PlayError(400, `from_id: user ${userId} may not write in chat ${chat.identity.id}`);
  }
}
