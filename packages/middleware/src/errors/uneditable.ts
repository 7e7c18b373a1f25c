import { errorCodeOf } from '../stream/api-errors.js';

/**
 * Descriptions of a 400 for a message that is gone, or whose text the bot cannot edit. A group that became a
 * supergroup has none of its earlier messages.
 */
const UNEDITABLE =
  /message to edit not found|message can't be edited|no text in the message to edit|group chat was upgraded|MESSAGE_ID_INVALID/i;

/** Whether an edit was refused because its message was deleted or cannot be edited. */
export function isUneditable(error: unknown): boolean {
  if (errorCodeOf(error) !== 400 || !(error instanceof Error)) return false;
  return 'description' in error && UNEDITABLE.test(String(error.description));
}
