import type { Simulator } from '../simulator.js';
import type { Message } from '../world/message.js';

const messageKinds = ['message', 'edited_message', 'channel_post', 'edited_channel_post'];

/** Adds an update's chat, message and query to the world, so that the bot can answer it. */
export function adopt({ world }: Simulator, kind: string, payload: unknown): void {
  world.queries.openFrom(kind, payload);
  const { chat, message_id } = (payload ?? {}) as Partial<Message>;
  const known = typeof chat?.id === 'number' && typeof chat.type === 'string';
  if (!known) return;
  if (messageKinds.includes(kind) && typeof message_id === 'number') {
    world.adopt(payload as Message);
  } else world.chats.adopt(chat);
}
