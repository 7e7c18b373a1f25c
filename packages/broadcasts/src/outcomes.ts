/** The outcome for a recipient. `pending` and `sending` are not final. */
export const outcomes = [
  'pending',
  'sending',
  'sent',
  'blocked',
  'opted-out',
  'unknown',
  'failed',
] as const;

/**
 * The outcome for a recipient. `pending`: nothing was sent yet. `sending`: the message is about to leave, or has left.
 * `blocked`: the user has blocked the bot, or the bot was removed from the chat. `opted-out`: the chat does not want this topic.
 * `unknown`: Telegram may have delivered the message; the response was lost, or the process died.
 */
export type Outcome = (typeof outcomes)[number];

/** Outcomes that end a recipient's part in a broadcast. */
export type FinalOutcome = Exclude<Outcome, 'pending' | 'sending'>;

/** Bytes from here on are failures with a reason, whose text is in the hash of reasons. */
const FIRST_REASON = 16;

/** Reads the byte of a recipient; codes 0 to 6 are the outcomes in their order. */
export function readOutcome(
  byte: number,
  reasons: ReadonlyMap<number, string>,
): { outcome: Outcome; why: string | undefined } {
  if (byte >= FIRST_REASON) return { outcome: 'failed', why: reasons.get(byte) };
  return { outcome: outcomes[byte] ?? 'failed', why: undefined };
}
