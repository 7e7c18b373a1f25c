import { isAscii } from 'node:buffer';

/** An event as stored in a mailbox: a short ASCII header line, then the raw JSON, byte for byte as it arrived. */
export interface Envelope {
  /** Redis time in milliseconds at which the event was stored. */
  arrivedAt: number;
  /** The update_id in digits, or the id of an internal event. */
  id: string;
  kind: string;
  /** User part of the session key. Undefined when the event has no session. */
  sessionUser: string | undefined;
  raw: Buffer;
}

const NO_SESSION = '-';

/**
 * Encodes everything but the arrival time, which the push script prepends. Telegram escapes non-ASCII characters, so
 * nearly every body can be sent as a string, which is cheaper for the client than a Buffer.
 */
export function encodeEnvelope(event: Omit<Envelope, 'arrivedAt'>): string | Buffer {
  const header = `${event.id}|${event.kind}|${event.sessionUser ?? NO_SESSION}\n`;
  if (isAscii(event.raw)) return header + event.raw.toString('latin1');
  return Buffer.concat([Buffer.from(header, 'latin1'), event.raw]);
}

export function decodeEnvelope(stored: Buffer): Envelope {
  const end = stored.indexOf(10);
  const [arrivedAt, id, kind, user] = stored.toString('latin1', 0, end).split('|');
  if (end < 0 || id === undefined || kind === undefined || user === undefined) {
    throw new Error('A mailbox contains something that is not an envelope.');
  }
  return {
    arrivedAt: Number(arrivedAt),
    id,
    kind,
    sessionUser: user === NO_SESSION ? undefined : user,
    raw: stored.subarray(end + 1),
  };
}
