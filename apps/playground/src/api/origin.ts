import type { Message } from '../world/message.js';

/** Where a message first came from, as a Bot API `MessageOrigin`. */
export function originOf(message: Message): unknown {
  return (
    message['forward_origin'] ?? {
      type: 'user',
      sender_user: message.from,
      date: message.date,
    }
  );
}
