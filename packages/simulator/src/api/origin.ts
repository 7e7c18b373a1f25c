import type { Message } from '../world/message.js';

/** The original sender of a message, as a Bot API `MessageOrigin`. */
export function originOf(message: Message): unknown {
  return (
    message['forward_origin'] ?? {
      type: 'user',
      sender_user: message.from,
      date: message.date,
    }
  );
}
