import { createHash } from 'node:crypto';

/** Ids are names of jobs and keys elsewhere: a longer one is told by its hash. */
const LONGEST_ID = 100;

/** What a turn asks to have done elsewhere: handed on if and only if the turn commits. */
export interface TurnOutbox {
  /**
   * Puts an entry into the commit; a turn that fails drops it. Answers its id: `<event id>.<number>`, at most 120 letters, digits
   * and `._-`, the same on every try of the turn that stages the same entries. `json` may need the id.
   * Entries may be delivered more than once, and in any order: the receiver goes by the id.
   * Throws a RangeError when `kind` is none of 1 to 64 letters, digits, `_` and `-`; an Error after the turn has
   * ended, and when the worker was given no `deliver`.
   */
  stage(kind: string, json: string | ((id: string) => string)): string;
}

/** What a committed turn has staged. */
export interface OutboxEntry {
  id: string;
  kind: string;
  /** The lane of the turn; a group that has become a supergroup since has another. */
  lane: string;
  json: string;
}

/** An entry as it is stored, and about when it was staged, in Redis milliseconds. */
export interface StoredEntry extends OutboxEntry {
  readonly at: number;
  /** A member of the zset: a header line, then the JSON. */
  readonly stored: string;
}

/** The entries of one turn. */
export class StagedOutbox implements TurnOutbox {
  readonly #entries: StoredEntry[] = [];
  #staged = 0;
  #sealed = false;

  /** `now`: Redis time in milliseconds, about. `isDelivered`: somebody is there to deliver entries. */
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
    if (this.#sealed) throw new Error('The turn has ended: nothing can be asked for any more.');
    if (!this.isDelivered) throw new Error('This worker has no `deliver`: nobody takes an entry.');
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
  seal(keep: boolean): void {
    this.#sealed = true;
    if (!keep) this.#entries.length = 0;
  }
}

/** Reads an entry back; undefined: it is none. */
export function readEntry(stored: string): StoredEntry | undefined {
  const [header, id, kind, at, lane] = /^([^|\n]+)\|([^|\n]+)\|(\d+)\|(.*)\n/.exec(stored) ?? [];
  if (header === undefined) return undefined;
  const json = stored.slice(header.length);
  return { id: id!, kind: kind!, at: Number(at), lane: lane!, json, stored };
}

/** An event's id, in which an internal event may have any character: every id has its own. */
function plain(eventId: string): string {
  const id = eventId.replace(/[^A-Za-z0-9.-]/g, (sign) => `_${sign.codePointAt(0)!.toString(16)}`);
  return id.length <= LONGEST_ID ? id : `e_${createHash('sha256').update(id).digest('hex')}`;
}
