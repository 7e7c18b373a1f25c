import type { Simulator } from '../../simulator.js';
import type { Chat } from '../../world/chat.js';
import { badRequest } from '../api-error.js';
import type { MethodFamily } from '../method.js';
import { existingChat, namedMessage } from '../target-chat.js';

const deletableSeconds = 48 * 60 * 60;

/** deleteMessage and deleteMessages. */
export const deleteMethods: MethodFamily = (simulator) => ({
  deleteMessage({ args }) {
    const chat = existingChat(simulator, args);
    const message = namedMessage(simulator, chat, args, 'delete');
    if (!isDeletable(simulator, chat, message.message_id)) {
      throw badRequest("message can't be deleted");
    }
    return simulator.world.remove(chat.identity.id, message.message_id);
  },

  deleteMessages({ args }) {
    const chat = existingChat(simulator, args);
    const ids = args.json('message_ids');
    if (!Array.isArray(ids) || ids.length === 0)
      throw badRequest('message identifiers are not specified');
    if (ids.length > 100) throw badRequest('too many message identifiers specified');
    for (const id of ids.map(Number)) {
      if (isDeletable(simulator, chat, id)) simulator.world.remove(chat.identity.id, id);
    }
    return true;
  },
});

/** A bot can delete its own messages, and everyone's in a private chat or in a group where it is an administrator. */
function isDeletable({ world, clock }: Simulator, chat: Chat, messageId: number): boolean {
  const message = world.histories.get(chat.identity.id, messageId);
  if (!message || clock.unixSeconds() - message.date > deletableSeconds) return false;
  const own = message.from?.id === world.bot.id;
  return own || chat.identity.type === 'private' || chat.adminIds.has(world.bot.id);
}
