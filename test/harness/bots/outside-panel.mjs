// The admin panel of packages/middleware/docs/outside-an-update.md.
import { createClient } from 'chatlane';

const client = createClient({
  redisUrl: process.env.REDIS_URL,
  name: process.env.CHATLANE_NAME ?? 'chatlane',
});

export async function answerTicket(ticket, text) {
  await client.inLane(ticket.chatId, 'answer', { text }, { id: `ticket-${ticket.id}` });
}

export async function callBack(ticket, at) {
  const options = { at, key: `call-${ticket.id}` };
  await client.inLane(ticket.chatId, 'answer', { text: 'We call you now.' }, options);
}

export async function dropCall(ticket) {
  await client.cancelLater(ticket.chatId, `call-${ticket.id}`);
}

export const stop = () => client.close();
