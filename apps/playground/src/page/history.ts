import type { Message } from './wire.js';

/** The messages of a chat that the page has loaded, oldest first. */
export interface History {
  messages: readonly Message[];
  /** Changes that arrived while a snapshot is being fetched, to be replayed on top of it; absent otherwise. */
  replay?: readonly HistoryChange[];
}

/** A change of a chat's messages. */
export type HistoryChange =
  | { type: 'message' | 'edited'; message: Message }
  | { type: 'deleted'; chatId: number; messageId: number };

/** Applies a change. Idempotent. */
export function applyChange(
  messages: readonly Message[],
  change: HistoryChange,
): readonly Message[] {
  if (change.type === 'deleted') {
    return messages.filter((message) => message.message_id !== change.messageId);
  }
  const { message } = change;
  const newest = messages.at(-1);
  const known =
    newest !== undefined &&
    newest.message_id >= message.message_id &&
    messages.some((old) => old.message_id === message.message_id);
  if (change.type === 'message' && !known) return [...messages, message];
  return messages.map((old) => (old.message_id === message.message_id ? message : old));
}
