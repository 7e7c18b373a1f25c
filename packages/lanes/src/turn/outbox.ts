import { createHash } from 'node:crypto';
import { TurnEndedError } from './turn-ended-error.js';

/** Ids become job and key names elsewhere, so longer event ids are replaced by their hash. */
const MAX_ID_LENGTH = 100;

/** Collects what a turn wants done elsewhere. Entries are delivered if and only if the turn commits. */
export interface TurnOutbox {
  /**
   * Adds an entry to the commit; a turn that fails drops it. Entries may be delivered more than once and in any order,
   * so the receiver must deduplicate by id.
   *
   * @param json the content, or a function that gets the id
   * @returns the id, `<event id>.<number>`: at most 120 letters, digits and `._-`, and the same in every attempt that
   *   stages the same entries
   * @throws RangeError when `kind` is not 1 to 64 letters, digits, `_` and `-`
   * @throws Error after the turn has ended, or when the worker has no `deliver`
   */
  stage(kind: string, json: string | ((id: string) => string)): string;
}

/** An entry that a committed turn has staged. */
export interface OutboxEntry {
  /** As `stage` returned it. */
  id: string;
  /** What the entry asks for, such as `download`. */
  kind: string;
  /** The lane of the turn. A group that has become a supergroup since then has a different one. */
  lane: string;
  /** The payload. */
  json: string;
}

/** An entry as it is stored. */
export interface StoredEntry extends OutboxEntry {
  /** Approximate Redis time in milliseconds at which it was staged. */
  readonly at: number;
  /** The member of the zset: a header line, then the JSON. */
  readonly stored: string;
}

/** The entries of one turn. */
export class StagedOutbox implements TurnOutbox {
  readonly #entries: StoredEntry[] = [];
  #staged = 0;
  #isClosed = false;

  /** `now`: approximate Redis time in milliseconds. `isDelivered`: whether a deliver callback is configured. */
  constructor(
    private readonly lane: string,
    private readonly eventId: string,
    private readonly now: () => number,
    private readonly isDelivered: boolean,
  ) {}

  get entries(): readonly StoredEntry[] {
    return this.#entries;
  }

  stage(kind: string, json: string | ((id: string) => string)): string {
    if (this.#isClosed)
      throw new TurnEndedError('The turn has ended: it can no longer stage entries.');
    if (!this.isDelivered)
      throw new Error('This worker has no `deliver`: it cannot stage entries.');
    if (!/^[\w-]{1,64}$/.test(kind)) {
      throw new RangeError(
        `The kind ${JSON.stringify(kind)} of an outbox entry must be 1 to 64 letters, digits, _ and -.`,
      );
    }
    this.#staged += 1;
    const id = `${plain(this.eventId)}.${this.#staged}`;
    const at = Math.round(this.now());
    const text = typeof json === 'string' ? json : json(id);
    const stored = `${id}|${kind}|${at}|${this.lane}\n${text}`;
    this.#entries.push({ id, kind, lane: this.lane, json: text, at, stored });
    return id;
  }

  /** Ends staging; `keep` false drops what was staged. */
  close(keep: boolean): void {
    this.#isClosed = true;
    if (!keep) this.#entries.length = 0;
  }
}

/** Decodes a stored entry. Undefined when it is invalid. */
export function readEntry(stored: string): StoredEntry | undefined {
  const [header, id, kind, at, lane] = /^([^|\n]+)\|([^|\n]+)\|(\d+)\|(.*)\n/.exec(stored) ?? [];
  if (header === undefined) return undefined;
  const json = stored.slice(header.length);
  return { id: id!, kind: kind!, at: Number(at), lane: lane!, json, stored };
}

/** Encodes an event id, in which internal events may have any character, without collisions. */
function plain(eventId: string): string {
  const id = eventId.replace(/[^A-Za-z0-9.-]/g, (sign) => `_${sign.codePointAt(0)!.toString(16)}`);
  return id.length <= MAX_ID_LENGTH ? id : `e_${createHash('sha256').update(id).digest('hex')}`;
}
