import type { FileAddress } from '@chatlane/contracts';

/** Has an answer stand under the message with the file, if that is still there. */
export function underItsMessage({ messageId }: FileAddress): {
  reply_parameters?: { message_id: number; allow_sending_without_reply: true };
} {
  if (messageId === undefined) return {};
  return { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } };
}
