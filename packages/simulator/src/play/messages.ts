import { Router } from 'express';
import { z } from 'zod';
import type { Simulator } from '../simulator.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';
import type { People } from './people.js';
import { typedText } from './typed-text.js';

const place = { chat_id: field.id, from_id: field.userId };
const newMessage = z.object({
  ...place,
  text: field.text,
  reply_to_message_id: field.id.optional(),
  message_thread_id: field.id.optional(),
});
const newPress = z.object({ ...place, message_id: field.id, data: z.string().min(1).max(64) });
const newEdit = z.object({ ...place, message_id: field.id, text: field.text });
const newVote = z.object({
  ...place,
  message_id: field.id,
  option_ids: z.array(
    z.number('must be option numbers').int().min(0),
    'must be a list of option numbers; an empty list retracts the vote',
  ),
});
const newPin = z.object({
  ...place,
  message_id: field.id,
  pinned: z.boolean('must be true or false').default(true),
});
const newContact = z.object({
  ...place,
  phone_number: field.words.optional(),
  contact_user_id: field.userId.optional(),
});

/** What people do in chats: write, press buttons, vote, pin and share. */
export function messageRoutes({ world }: Simulator, people: People): Router {
  const router = Router();

  router.post('/messages', (request, response) => {
    const { chat_id, from_id, text, ...given } = readFields(newMessage, request.body);
    const content = typedText(text);
    const { reply_to_message_id: replyTo, message_thread_id: topicId } = given;
    const message = people.say(chat_id, from_id, content, replyTo, topicId);
    response.json({ message });
  });

  router.post('/presses', (request, response) => {
    const { chat_id, message_id, from_id, data } = readFields(newPress, request.body);
    response.json({ callback_query_id: people.press(chat_id, message_id, from_id, data) });
  });

  router.post('/edits', (request, response) => {
    const { chat_id, message_id, from_id, text } = readFields(newEdit, request.body);
    response.json({ message: people.edit(chat_id, message_id, from_id, text) });
  });

  router.post('/votes', (request, response) => {
    const { chat_id, message_id, from_id, option_ids } = readFields(newVote, request.body);
    response.json({ poll: people.vote(chat_id, message_id, from_id, option_ids) });
  });

  router.get('/polls/:id', (request, response) => {
    const { id } = request.params;
    const poll = world.polls.get(id);
    if (!poll) throw new PlayError(404, `id: poll ${id} does not exist`);
    response.json({ poll, votes: world.polls.votesFor(id) });
  });

  router.post('/pins', (request, response) => {
    const { chat_id, message_id, from_id, pinned } = readFields(newPin, request.body);
    people.pin(chat_id, message_id, from_id, pinned);
    response.json({ message_id, pinned });
  });

  router.post('/contacts', (request, response) => {
    const { chat_id, from_id, ...given } = readFields(newContact, request.body);
    const user = world.users.ensure(given.contact_user_id ?? from_id);
    const contact = {
      phone_number: given.phone_number ?? `+1555${String(user.id).padStart(7, '0')}`,
      first_name: user.first_name,
      ...(user.last_name !== undefined && { last_name: user.last_name }),
      user_id: user.id,
    };
    response.json({ message: people.say(chat_id, from_id, { contact }) });
  });

  return router;
}
