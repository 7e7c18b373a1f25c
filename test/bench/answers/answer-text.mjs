/**
 * The reply of every bot in the `answers` bench: the update's id, the number of updates that the session has counted, and the
 * start of the handler in nanoseconds on the machine's monotonic clock.
 */
export function answerText(update, session) {
  const at = process.hrtime.bigint();
  session.messages += 1;
  return `${update.update_id} ${session.messages} ${at}`;
}

export const newSession = () => ({ messages: 0 });
