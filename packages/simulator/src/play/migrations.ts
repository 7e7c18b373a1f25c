import { Router } from 'express';
import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import type { Message } from '../world/message.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';

const side = z.enum(['to', 'from'], 'must be a list of to, from');
const newMigration = z.object({
  chat_id: field.id,
  from_id: field.userId.optional(),
  new_id: field.id.max(-1_000_000_000_001, 'must be below -1000000000000').optional(),
  messages: z.array(side, 'must be a list of to, from').default(['to', 'from']),
});

/** The sender of service messages that a supergroup sends on its own behalf. */
const anonymousAdmin = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

/** Upgrades a basic group to a supergroup: a new chat id, the same members. */
export function migrationRoutes({ world, queue }: Simulator): Router {
  const router = Router();

  function tell(chat: Chat, message: Message): void {
    if (chat.botIsMember) queue.push('message', message);
  }

  function serviceMessage(which: 'to' | 'from', group: Chat, supergroup: Chat, by: number): void {
    if (which === 'to') {
      const content = { migrate_to_chat_id: supergroup.identity.id };
      tell(group, world.post(group, world.users.ensure(by), content));
      return;
    }
    const content = { sender_chat: supergroup.identity, migrate_from_chat_id: group.identity.id };
    tell(supergroup, world.post(supergroup, anonymousAdmin, content));
  }

  router.post('/migrations', (request, response) => {
    const { chat_id, from_id, new_id, messages } = readFields(newMigration, request.body);
    const group = world.chats.get(chat_id);
    if (group?.identity.type !== 'group') {
      throw new PlayError(400, `chat_id: ${chat_id} is not a basic group`);
    }
    if (new_id !== undefined && !group.upgradedTo && world.chats.get(new_id)) {
      throw new PlayError(400, `new_id: ${new_id} is taken`);
    }
    const by = from_id ?? [...group.adminIds, ...group.memberIds][0] ?? world.bot.id;
    const supergroup = world.chats.upgrade(group, new_id);
    for (const which of messages) serviceMessage(which, group, supergroup, by);
    response.json(world.chats.view(supergroup));
  });

  return router;
}
