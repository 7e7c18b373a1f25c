import type { FileAddress } from '@chatlane/contracts';

/** Makes a message a reply to the message with the file, if that still exists. */
export function replyToFile({ messageId }: FileAddress): {
  reply_parameters?: { message_id: number; allow_sending_without_reply: true };
} {
  if (messageId === undefined) return {};
  return { reply_parameters: { message_id: messageId, allow_sending_without_reply: true } };
}
