import { randomBytes } from 'node:crypto';
import type { Redis } from '@chatlane/redis';
import {
  readJournal,
  writeLine,
  type JournalEntry,
  type Line,
  type LineState,
} from './journal-lines.js';

/** What an earlier attempt of the same event left about an effect. */
export type Recalled =
  | { state: 'new' }
  | { state: 'done'; result: unknown }
  /**
   * It was begun `times` times, and each time its outcome was not learned: `lost` times because the answer was lost, else
   * because its worker died or was stopped in the middle of it.
   */
  | { state: 'unknown'; times: number; lost: number };

/**
 * The record of what a turn has done to the outside world, so that a later attempt of the same event does not do it
 * again. An effect is known by a key that is the same on every attempt. The record outlives the worker, and is
 * deleted by the commit.
 */
export interface EffectJournal {
  recall(key: string): Recalled;
  /**
   * Records that the effect is about to happen. The record is on its way to Redis when this returns, ahead of
   * everything the worker sends after it; the promise resolves when Redis has it, and rejects if Redis refuses it.
   * Throws when the turn is over.
   * `what` names the effect for operators, and holds nothing a user wrote.
   */
  begin(key: string, what: string): Promise<void>;
  /** The effect begun last under this key has happened. `result` must be JSON; it is answered on a later attempt. */
  done(key: string, result: unknown): void;
  /** It is known not to have happened. */
  undo(key: string): void;
  /** Its answer was lost, so that its outcome will not be learned any more. */
  lost(key: string): void;
  /** Its turn was stopped in the middle of it, so that its outcome will not be learned any more. */
  cutOff(key: string): void;
}

/** How long a call that was sent before its turn was aborted has to be answered. */
export const EFFECT_GRACE_MS = 500;

/** Beyond this many bytes a turn's effects are no longer recorded: they are done again if the turn is run again. */
const LARGEST_JOURNAL = 2_000_000;

export interface EffectJournalOptions {
  redis: Pick<Redis, 'append'>;
  /** The journal's key. */
  key: string;
  eventId: string;
  /** What earlier attempts have written; undefined on a first attempt. */
  inherited: string | undefined;
  /** Redis time in milliseconds, about. */
  now: () => number;
  /** Whether the lane is still this worker's: a late one must not write into the next one's journal. */
  isHeld: () => boolean;
  onTrouble: (error: unknown) => void;
}

const PROCESS = randomBytes(6).toString('base64url');
let attempts = 0;

/** The journal of one turn. Appends only; nothing waits for it but a caller of `begin` that chooses to. */
export class TurnEffects implements EffectJournal {
  readonly #options: EffectJournalOptions;
  readonly #entries: Map<string, JournalEntry>;
  readonly #open = new Set<string>();
  readonly #recalled = new Set<string>();
  #inheritedDone = 0;
  /** Made into text when they are sent: most results never are, because the commit comes first. */
  #pending: Line[] = [];
  #isScheduled = false;
  #isSealed = false;
  #bytes: number;
  #begun = 0;
  /** Tells the lines of this attempt from those of others; given with the first. */
  #id: string | undefined;
  #lines = 0;
  #settled: (() => void) | undefined;

  constructor(options: EffectJournalOptions) {
    this.#options = options;
    this.#bytes = options.inherited?.length ?? 0;
    this.#entries = options.inherited
      ? readJournal(options.inherited, options.eventId)
      : new Map<string, JournalEntry>();
    for (const { done } of this.#entries.values()) if (done) this.#inheritedDone += 1;
  }

  /** Whether there is a journal in Redis for the commit to delete. */
  get isWritten(): boolean {
    return this.#bytes > 0;
  }

  /**
   * Effects of earlier attempts that this attempt did not ask for, although it had others: its handler took another
   * way.
   */
  get diverged(): number {
    return this.#begun > 0 ? this.#inheritedDone - this.#recalled.size : 0;
  }

  recall(key: string): Recalled {
    const entry = this.#entries.get(key);
    if (entry?.done) {
      this.#recalled.add(key);
      return { state: 'done', result: entry.result };
    }
    return entry && entry.unknown > 0
      ? { state: 'unknown', times: entry.unknown, lost: entry.lost }
      : { state: 'new' };
  }

  begin(key: string, what: string): Promise<void> {
    if (this.#isOver()) throw new Error('The turn is over: nothing more may be begun in it.');
    this.#begun += 1;
    this.#open.add(key);
    const at = Math.round(this.#options.now());
    const before = this.#entries.get(key);
    this.#entries.set(key, {
      ...{ key, what, at, done: false },
      unknown: (before?.unknown ?? 0) + 1,
      lost: before?.lost ?? 0,
    });
    this.#write(key, 'n', [what, at]);
    const stored = this.#send();
    // Also where nobody waits for it: a turn that runs again would do it again.
    stored.catch(this.#options.onTrouble);
    return stored;
  }

  done(key: string, result: unknown): void {
    const entry = this.#entries.get(key);
    if (entry) this.#entries.set(key, { ...entry, done: true, result });
    this.#write(key, 'y', result);
    this.#close(key);
  }

  undo(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.unknown -= 1;
    this.#write(key, 'x');
    this.#close(key);
  }

  cutOff(key: string): void {
    this.#close(key);
  }

  lost(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.lost += 1;
    this.#write(key, 'l');
    this.#close(key);
  }

  /** Sends what is not sent yet, ahead of what the caller sends next on the same connection. */
  flush(): void {
    this.#send().catch(this.#options.onTrouble);
  }

  #send(): Promise<void> {
    if (this.#pending.length === 0 || this.#isOver()) return Promise.resolve();
    const lines = this.#pending.map(writeLine).join('');
    const sent = this.#pending;
    this.#pending = [];
    this.#bytes += lines.length;
    return this.#options.redis.append(this.#options.key, lines).then(
      () => undefined,
      (error: unknown) => {
        // What is stored twice, because only the reply was lost, is read once.
        this.#pending.unshift(...sent);
        throw error;
      },
    );
  }

  /** From now on nothing is written: the turn has ended. */
  seal(): void {
    this.#isSealed = true;
  }

  /** Resolves when the outcome of every effect is known, or after `waitMs`. */
  async settled(waitMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#settled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #isOver(): boolean {
    return this.#isSealed || !this.#options.isHeld();
  }

  #close(key: string): void {
    this.#open.delete(key);
    if (this.#open.size === 0) this.#settled?.();
  }

  #write(key: string, state: LineState, more?: unknown): void {
    if (this.#bytes >= LARGEST_JOURNAL) return;
    this.#lines += 1;
    this.#id ??= `${PROCESS}.${(attempts += 1).toString(36)}`;
    const head = [this.#options.eventId, key, state, `${this.#id}.${this.#lines}`] as const;
    this.#pending.push(more === undefined ? head : [...head, more]);
    if (this.#isScheduled || state === 'n') return;
    // Once all promises have gone on: most results travel with the next begin, or are never sent because the turn has
    // ended. No later, or a process that is killed while it works on other turns would take along what it knew.
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
