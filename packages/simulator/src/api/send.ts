import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { threadFields } from '../world/forum.js';
import { asBotSeesIt, type Message } from '../world/message.js';
import type { Arguments } from './arguments.js';
import { replyMarkup } from './reply-markup.js';
import { replyFields } from './reply.js';
import { namedChat } from './target-chat.js';
import { topicOf } from './topic.js';

/** Posts a message of the bot, with the options that all send methods share. @throws ApiError */
export function send(
  simulator: Simulator,
  chat: Chat,
  args: Arguments,
  content: Partial<Message>,
): Message {
  const markup = replyMarkup(args);
  const reply = replyFields(simulator, chat, args);
  const topicId = topicOf(simulator, chat, args);
  const effect = args.text('message_effect_id');
  const message = simulator.world.post(chat, simulator.world.bot, {
    ...threadFields(chat.identity, topicId, reply.reply_to_message),
    ...reply,
    ...content,
    ...(args.flag('protect_content') && { has_protected_content: true }),
    ...(effect && { effect_id: effect }),
    ...(markup && { reply_markup: markup }),
  });
  return asBotSeesIt(message);
}

/** The number of messages a call sends, which is its cost. */
function messagesIn(args: Arguments): number {
  const many = args.json('media') ?? args.json('message_ids');
  return Array.isArray(many) ? Math.max(1, many.length) : 1;
}

const pacedMethods = /^(send(?!ChatAction)|forward|copy|edit|stopPoll)/;

/** Waits for the chat's rate limit when the method is subject to one. @throws ApiError 429 */
export async function pace(simulator: Simulator, method: string, args: Arguments): Promise<void> {
  if (!pacedMethods.test(method)) return;
  const chat = namedChat(simulator, args);
  if (!chat) return;
  await simulator.rateLimits.spend({
    chatId: chat.identity.id,
    isGroup: chat.identity.type !== 'private',
    messages: messagesIn(args),
    paid: args.flag('allow_paid_broadcast'),
  });
}
