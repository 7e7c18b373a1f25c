import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { topicIdOf, type Topic } from '../world/forum.js';
import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { rightsOf } from './chat-member.js';

/**
 * The id of the topic that a call writes to; undefined for the General topic, and in chats without topics.
 *
 * @throws ApiError when the chat has no such topic, or when the topic is closed to the bot
 */
export function topicOf(simulator: Simulator, chat: Chat, args: Arguments): number | undefined {
  const id = args.integer('message_thread_id', 0);
  const topic = id > 0 ? chat.forum?.topics.get(id) : chat.forum?.general;
  if (id > 0 && topic === undefined && !isInjected(simulator, chat, id)) {
    throw badRequest('message thread not found');
  }
  if (topic?.isClosed && !mayManage(simulator, chat, topic)) throw badRequest('TOPIC_CLOSED');
  return id > 0 ? id : undefined;
}

/** Whether the bot may change a topic: as an administrator, or because it created the topic. */
export function mayManage(
  simulator: Simulator,
  chat: Chat,
  topic: Partial<Topic>,
  right = 'can_manage_topics',
): boolean {
  return topic.creatorId === simulator.world.bot.id || hasRight(simulator, chat, right);
}

/** Whether the bot has an administrator right in a chat. */
export function hasRight({ world }: Simulator, chat: Chat, right: string): boolean {
  return chat.adminIds.has(world.bot.id) && rightsOf(chat, world.bot.id)[right] === true;
}

/** Whether a message of an injected update belongs to this topic. */
function isInjected({ world }: Simulator, chat: Chat, id: number): boolean {
  return world.histories.list(chat.identity.id).some((message) => topicIdOf(message) === id);
}
