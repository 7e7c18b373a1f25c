import { randomBytes } from 'node:crypto';
import type { Redis } from '@chatlane/redis';
import type { EffectJournal, Recalled } from './effect-journal.js';
import {
  readJournal,
  writeLine,
  type JournalEntry,
  type Line,
  type LineState,
} from './journal-lines.js';
import { TurnEndedError } from './turn-ended-error.js';

/** How long an aborted turn waits for the answers to calls it has already sent. */
export const EFFECT_GRACE_MS = 500;

/** A turn records no effects beyond this size; they are done again if the turn is retried. */
const MAX_JOURNAL_BYTES = 2_000_000;

/** What the journal of a turn needs. */
export interface TurnEffectsOptions {
  redis: Pick<Redis, 'append'>;
  /** The journal's key. */
  key: string;
  eventId: string;
  /** What earlier attempts have written; undefined in a first attempt. */
  inherited: string | undefined;
  /** Approximate Redis time in milliseconds. */
  now: () => number;
  /** Whether this worker still holds the lane. A late worker must not write into the journal of the next one. */
  isHeld: () => boolean;
  onTrouble: (error: unknown) => void;
}

const PROCESS = randomBytes(6).toString('base64url');
let attempts = 0;

/** The journal of one turn. Append-only; nothing waits for it, except callers that await `begin`. */
export class TurnEffects implements EffectJournal {
  readonly #options: TurnEffectsOptions;
  readonly #entries: Map<string, JournalEntry>;
  readonly #open = new Set<string>();
  readonly #recalled = new Set<string>();
  #inheritedDone = 0;
  /** Lines are encoded only when they are sent. Most results are never sent, because the commit comes first. */
  #pending: Line[] = [];
  #isScheduled = false;
  #isClosed = false;
  #bytes: number;
  #begun = 0;
  /** Prefix of the ids of this attempt's lines, created with the first one. */
  #id: string | undefined;
  #lines = 0;
  #settled: (() => void) | undefined;

  constructor(options: TurnEffectsOptions) {
    this.#options = options;
    this.#bytes = options.inherited?.length ?? 0;
    this.#entries = options.inherited
      ? readJournal(options.inherited, options.eventId)
      : new Map<string, JournalEntry>();
    for (const { done } of this.#entries.values()) if (done) this.#inheritedDone += 1;
  }

  /** Whether the commit has a journal in Redis to delete. */
  get isWritten(): boolean {
    return this.#bytes > 0;
  }

  /**
   * How many effects of earlier attempts this attempt has not asked for, although it began others: its handler took a
   * different path.
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
    if (this.#isOver())
      throw new TurnEndedError('The turn is over: it can no longer begin effects.');
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
    // Reported even if the caller does not await it: a retry of the turn would repeat the effect.
    stored.catch(this.#options.onTrouble);
    return stored;
  }

  done(key: string, result: unknown): void {
    const entry = this.#entries.get(key);
    if (entry) this.#entries.set(key, { ...entry, done: true, result });
    this.#write(key, 'y', result);
    this.#settle(key);
  }

  undo(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.unknown -= 1;
    this.#write(key, 'x');
    this.#settle(key);
  }

  cutOff(key: string): void {
    this.#settle(key);
  }

  lost(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) entry.lost += 1;
    this.#write(key, 'l');
    this.#settle(key);
  }

  /** Sends pending lines, ahead of everything that is sent later on the same connection. */
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
        // If only the reply was lost, the lines are stored twice; readers skip the repetition.
        this.#pending.unshift(...sent);
        throw error;
      },
    );
  }

  /** Ends recording, because the turn has ended. */
  close(): void {
    this.#isClosed = true;
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
    return this.#isClosed || !this.#options.isHeld();
  }

  #settle(key: string): void {
    this.#open.delete(key);
    if (this.#open.size === 0) this.#settled?.();
  }

  #write(key: string, state: LineState, more?: unknown): void {
    if (this.#bytes >= MAX_JOURNAL_BYTES) return;
    this.#lines += 1;
    this.#id ??= `${PROCESS}.${(attempts += 1).toString(36)}`;
    const head = [this.#options.eventId, key, state, `${this.#id}.${this.#lines}`] as const;
    this.#pending.push(more === undefined ? head : [...head, more]);
    if (this.#isScheduled || state === 'n') return;
    // Deferred until all resolved promises have run: most results are then sent together with the next begin, or never,
    // because the turn has ended. Not deferred longer, or a killed process would lose results that it already knew.
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }
}
