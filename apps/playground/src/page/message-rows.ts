import { dayName } from './clock.js';
import { serviceText } from './summary.js';
import type { Message } from './wire.js';

/** A row of the history, top to bottom. */
export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'service'; key: string; text: string }
  | {
      kind: 'bubble';
      key: string;
      message: Message;
      /** The other messages of the album. */
      album: Message[];
      /**
       * Whether it is the first or last of a sender's group: the first has the name, the last the tail and the avatar.
       */
      first: boolean;
      last: boolean;
    };

type Bubble = Extract<Row, { kind: 'bubble' }>;

/** Messages of one sender further apart than this start a new group. */
const runGapSeconds = 300;

/** Lays messages out in rows: separates days and groups consecutive messages of one sender. */
export function messageRows(messages: readonly Message[], now?: Date): Row[] {
  const rows: Row[] = [];
  /** An album stays together: messages that arrive in between are shown after it. */
  const albums = new Map<string, Bubble>();
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
    const group = message.media_group_id;
    const album = group === undefined ? undefined : albums.get(group);
    if (album) {
      album.album.push(message);
      if (rows.at(-1) === album) album.last = isLast(message, next);
      return;
    }
    const row: Bubble = {
      kind: 'bubble',
      key,
      message,
      album: [],
      first: newDay || !continues(messages[index - 1], message),
      last: isLast(message, next),
    };
    rows.push(row);
    if (group !== undefined) albums.set(group, row);
  });
  return rows;

  function isLast(message: Message, next: Message | undefined): boolean {
    return !next || dayName(next.date, now) !== day || !continues(message, next);
  }
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
