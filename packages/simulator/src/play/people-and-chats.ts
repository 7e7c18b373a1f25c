import { Router } from 'express';
import { z } from 'zod';
import { memberOf } from '../api/chat-member.js';
import type { Simulator } from '../simulator.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';
import type { People } from './people.js';

const newUser = z.object({
  id: field.userId.optional(),
  first_name: field.words,
  last_name: field.words.optional(),
  username: z
    .string()
    .regex(/^[A-Za-z]\w{2,31}$/, 'must be 3 to 32 of A-Z a-z 0-9 _ and begin with a letter')
    .optional(),
  language_code: field.words.optional(),
});
const newChat = z.object({
  id: field.id.optional(),
  type: z.enum(['group', 'supergroup', 'private'], 'must be group, supergroup or private'),
  title: field.words.optional(),
  is_forum: z.boolean('must be true or false').optional(),
  member_ids: z.array(field.userId, 'must be a list of user ids').default([]),
  admin_ids: z.array(field.userId, 'must be a list of user ids').default([]),
});
const chatsQuery = z.object({ user_id: field.userId.optional() });
const botQuery = z.object({ chat_id: field.id.optional(), user_id: field.userId.optional() });
const newBlock = z.object({
  user_id: field.userId,
  blocked: z.boolean('must be true or false'),
});

/** A bot counts as polling for this long after its last getUpdates. */
const pollingForMs = 60_000;

/** Users, chats, and the bot. */
export function peopleAndChatRoutes(simulator: Simulator, people: People): Router {
  const { world, webhook, longPoll } = simulator;
  const router = Router();

  router.get('/users', (_request, response) => void response.json(world.users.list()));

  router.post('/users', (request, response) => {
    const given = readFields(newUser, request.body);
    const fields = Object.entries(given).filter(([, value]) => value !== undefined);
    response.json(world.users.put(Object.fromEntries(fields)));
  });

  router.get('/chats', (request, response) => {
    response.json(world.chats.views(readFields(chatsQuery, request.query).user_id));
  });

  router.post('/chats', (request, response) => {
    const { id, type, title, is_forum, member_ids, admin_ids } = readFields(newChat, request.body);
    if (type === 'private') {
      const userId = id ?? member_ids[0];
      if (userId === undefined || userId <= 0) {
        throw new PlayError(400, 'member_ids: must name the one user of the private chat');
      }
      response.json(world.chats.view(world.chats.ensurePrivate(userId)));
      return;
    }
    if (is_forum && type !== 'supergroup') {
      throw new PlayError(400, 'is_forum: only a supergroup has topics');
    }
    if (id !== undefined && id >= 0) throw new PlayError(400, 'id: must be below 0 for a group');
    if (id !== undefined && world.chats.get(id)) throw new PlayError(400, `id: ${id} is taken`);
    const [creator] = [...admin_ids, ...member_ids];
    if (creator === undefined) throw new PlayError(400, 'member_ids: a group needs a member');
    const bot = world.bot.id;
    const chat = world.chats.create({
      id,
      type,
      title,
      isForum: is_forum,
      memberIds: member_ids.filter((member) => member !== bot),
      adminIds: admin_ids,
    });
    chat.memberIds.delete(bot);
    simulator.queue.push('my_chat_member', {
      chat: chat.identity,
      from: world.users.ensure(creator),
      date: simulator.clock.unixSeconds(),
      old_chat_member: { user: world.bot, status: 'left' },
      new_chat_member: memberOf(simulator, chat, bot),
    });
    response.json(world.chats.view(chat));
  });

  router.get('/chats/:id/messages', (request, response) => {
    const { id } = readFields(z.object({ id: field.id }), request.params);
    if (id <= 0 && !world.chats.get(id)) {
      throw new PlayError(404, `id: chat ${id} does not exist`);
    }
    response.json(world.histories.list(id));
  });

  router.post('/blocks', (request, response) => {
    const { user_id, blocked } = readFields(newBlock, request.body);
    people.block(user_id, blocked);
    response.json({ user_id, blocked });
  });

  router.get('/bot', (request, response) => {
    const { chat_id, user_id } = readFields(botQuery, request.query);
    const chat = chat_id === undefined ? undefined : world.chats.get(chat_id);
    const viewer = user_id ?? (chat_id !== undefined && chat_id > 0 ? chat_id : 0);
    const language = world.users.get(viewer)?.language_code ?? '';
    const polling = longPoll.isWaiting() || longPoll.idleMs() < pollingForMs;
    response.json({
      me: world.bot,
      commands: world.commands.shownIn(chat, viewer, language),
      webhook: webhook.isSet() ? webhook.info() : null,
      mode: webhook.isSet() ? 'webhook' : polling ? 'polling' : 'none',
      pending_update_count: simulator.queue.size(),
    });
  });

  return router;
}
