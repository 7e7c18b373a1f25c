/**
 * What a line records about its effect. `n`: it was begun; `y`: it has happened; `x`: it is known not to have happened;
 * `l`: its answer was lost.
 */
export type LineState = 'n' | 'y' | 'x' | 'l';

/** `id` is unique to the line, because a line may be stored twice. `more` is [what, at] for `n`, the result for `y`. */
export type Line = readonly [...head: LineHead, more?: unknown];
type LineHead = readonly [eventId: string, key: string, state: LineState, id: string];

/** An effect, read from its lines. */
export interface JournalEntry {
  key: string;
  what: string;
  /** Approximate Redis time in milliseconds at which it was last begun. */
  at: number;
  /** How often it was begun with an unknown outcome. */
  unknown: number;
  /** How many of these because the answer was lost; in the others the worker died or was stopped. */
  lost: number;
  done: boolean;
  result?: unknown;
}

/** A line with a result is stored in full up to this many characters; beyond that, only what identifies the message. */
const MAX_RESULT_LENGTH = 4_096;

export function writeLine(line: Line): string {
  const text = JSON.stringify(line);
  const [eventId, key, state, id, result] = line;
  if (state !== 'y' || text.length <= MAX_RESULT_LENGTH) return `${text}\n`;
  return `${JSON.stringify([eventId, key, state, id, summarize(result)])}\n`;
}

/** Reads the effects of one event. Skips lines of other events, which a late worker may have left. */
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
    // Redis appends a line whole or not at all, so this is not one of ours.
    return undefined;
  }
}

/** Long texts and albums have large results. Later, a handler needs only the part that identifies the message. */
function summarize(result: unknown): unknown {
  return Array.isArray(result) ? result.map(identifyingFields) : identifyingFields(result);
}

function identifyingFields(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  const { message_id, date, chat } = message as Record<string, unknown>;
  return { message_id, date, chat };
}
