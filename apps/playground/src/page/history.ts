import type { Message } from './wire.js';

/** A chat's messages as far as the page has them, oldest first. */
export interface History {
  messages: readonly Message[];
  /** There while a snapshot is under way: what happens meanwhile, to be done again on top of it. */
  replay?: readonly HistoryChange[];
}

export type HistoryChange =
  | { type: 'message' | 'edited'; message: Message }
  | { type: 'deleted'; chatId: number; messageId: number };

/** Doing the same change twice is the same as doing it once. */
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
