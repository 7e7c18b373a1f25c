/**
 * What a line says about its effect. `n`: it was begun; `y`: it is done; `x`: it is known not to have happened; `l`: the
 * answer that would have told was lost.
 */
export type LineState = 'n' | 'y' | 'x' | 'l';

/** `id` tells lines apart: Redis may be sent one twice. With `n` comes [what, at], with `y` the result. */
export type Line = readonly [...head: LineHead, more?: unknown];
type LineHead = readonly [eventId: string, key: string, state: LineState, id: string];

/** An effect, as its lines tell it. */
export interface JournalEntry {
  key: string;
  what: string;
  /** Redis time of the worker at the last begin, in milliseconds, about. */
  at: number;
  /** How often it was begun without its outcome being learned. */
  unknown: number;
  /** Of these, how often because the answer was lost; the others were cut off with their worker. */
  lost: number;
  done: boolean;
  result?: unknown;
}

/** Up to this many characters a line with a result is recorded whole; of a larger one only what names the message. */
const WHOLE_RESULT = 4_096;

export function writeLine(line: Line): string {
  const text = JSON.stringify(line);
  const [eventId, key, state, id, result] = line;
  if (state !== 'y' || text.length <= WHOLE_RESULT) return `${text}\n`;
  return `${JSON.stringify([eventId, key, state, id, briefly(result)])}\n`;
}

/** The effects of one event. Lines of other events, which a late worker may have left, are passed over. */
export function readJournal(text: string, eventId?: string): Map<string, JournalEntry> {
  const entries = new Map<string, JournalEntry>();
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const read = readLine(line);
    if (!read || (eventId !== undefined && read[0] !== eventId)) continue;
    const [, key, state, id, more] = read;
    if (seen.has(id)) continue;
    seen.add(id);
    const before = entries.get(key) ?? { key, what: '', at: 0, unknown: 0, lost: 0, done: false };
    if (state === 'n') {
      const [what, at] = more as [string, number];
      entries.set(key, { ...before, what, at, unknown: before.unknown + 1 });
    } else if (state === 'y') {
      entries.set(key, { ...before, done: true, result: more });
    } else if (state === 'l') {
      entries.set(key, { ...before, lost: before.lost + 1 });
    } else {
      entries.set(key, { ...before, unknown: Math.max(0, before.unknown - 1) });
    }
  }
  return entries;
}

function readLine(line: string): Line | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as Line;
  } catch {
    // Redis appends a line whole or not at all; whatever else stands there is not ours.
    return undefined;
  }
}

/** Large results are those of long texts and albums: what a handler uses afterwards is which message it was. */
function briefly(result: unknown): unknown {
  return Array.isArray(result) ? result.map(namesOf) : namesOf(result);
}

function namesOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { message_id, date, chat } = message as Record<string, unknown>;
  return { message_id, date, chat };
}
