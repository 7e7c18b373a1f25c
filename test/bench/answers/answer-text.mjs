/**
 * What every bot of the `answers` bench replies: which update it answers, how many its session has counted, and when its
 * handler began, by the machine's monotonic clock in nanoseconds.
 */
export function answerText(update, session) {
  const at = process.hrtime.bigint();
  session.messages += 1;
  return `${update.update_id} ${session.messages} ${at}`;
}

export const newSession = () => ({ messages: 0 });
