import { dayName } from './clock.js';
import { serviceText } from './summary.js';
import type { Message } from './wire.js';

/** One line of the history, top to bottom. */
export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'service'; key: string; text: string }
  | {
      kind: 'bubble';
      key: string;
      message: Message;
      /** First and last of a run by one sender: where the name, and the tail and avatar, go. */
      first: boolean;
      last: boolean;
    };

/** Messages of one sender further apart than this begin a new run. */
const runGapSeconds = 300;

/** Lays messages out: days are parted, and messages one sender wrote in a row stand together. */
export function messageRows(messages: readonly Message[], now?: Date): Row[] {
  const rows: Row[] = [];
  let day: string | undefined;
  messages.forEach((message, index) => {
    const today = dayName(message.date, now);
    const newDay = today !== day;
    if (newDay) rows.push({ kind: 'day', key: `day-${message.message_id}`, text: today });
    day = today;
    const key = String(message.message_id);
    const service = serviceText(message);
    if (service !== undefined) {
      rows.push({ kind: 'service', key, text: service });
      return;
    }
    const next = messages[index + 1];
    rows.push({
      kind: 'bubble',
      key,
      message,
      first: newDay || !continues(messages[index - 1], message),
      last: !next || dayName(next.date, now) !== today || !continues(message, next),
    });
  });
  return rows;
}

function continues(previous: Message | undefined, message: Message): boolean {
  return (
    previous !== undefined &&
    serviceText(previous) === undefined &&
    serviceText(message) === undefined &&
    previous.from?.id === message.from?.id &&
    previous.sender_chat?.id === message.sender_chat?.id &&
    message.date - previous.date < runGapSeconds
  );
}
