import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';

/** Where a turn's sessions are read from and staged to. Nothing is written before the lane's commit. */
export interface TurnSessions {
  /** The JSON stored under `key`, or undefined. The event's own key costs no round trip. */
  get(key: string): Promise<string | undefined>;
  /**
   * Puts `json` (undefined: delete) into the commit; the last call for a key wins. `ttlSeconds` absent: the deployment's.
   * Throws a RangeError when the key is not of this lane: only a lane's own sessions are safe from other turns;
   * and when `ttlSeconds` is no whole number from 0 to a hundred years.
   */
  stage(key: string, json: string | undefined, ttlSeconds?: number): void;
  /** The deployment's time to live in seconds; 0: for ever. */
  readonly ttlSeconds: number;
}

/** A hundred years. */
const LONGEST_TTL_SECONDS = 3_155_760_000;

interface StagedWrite {
  key: string;
  json: string | undefined;
  ttlSeconds: number;
}

/** The sessions of one turn: prefetched, staged, and carried on to the lane's next turn. */
export class StagedSessions implements TurnSessions {
  readonly #writes = new Map<string, StagedWrite>();
  /** Other than the event's own. */
  #known: Map<string, string | undefined> | undefined;
  #sealed = false;

  constructor(
    private readonly redis: Redis,
    private readonly keys: PartitionKeys,
    private readonly lane: string,
    readonly ttlSeconds: number,
    private readonly own: { key: string; json: string | undefined } | undefined,
  ) {}

  async get(key: string): Promise<string | undefined> {
    const staged = this.#writes.get(key);
    if (staged) return staged.json;
    if (key === this.own?.key) return this.own.json;
    if (this.#known?.has(key)) return this.#known.get(key);
    const json = (await this.redis.get(this.keys.session(this.#owned(key)))) ?? undefined;
    (this.#known ??= new Map<string, string | undefined>()).set(key, json);
    return json;
  }

  stage(key: string, json: string | undefined, ttlSeconds = this.ttlSeconds): void {
    if (this.#sealed) throw new Error('The turn has ended: its session can no longer be changed.');
    // Redis would refuse it in the middle of the commit, with the event already popped.
    if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > LONGEST_TTL_SECONDS) {
      throw new RangeError(
        `ttlSeconds is ${ttlSeconds}: it must be a whole number of seconds, from 0 (for ever) to ${LONGEST_TTL_SECONDS}.`,
      );
    }
    this.#writes.set(this.#owned(key), { key, json, ttlSeconds });
  }

  /** Ends staging; `keep` false drops what was staged. */
  seal(keep: boolean): void {
    this.#sealed = true;
    if (!keep) this.#writes.clear();
  }

  get size(): number {
    return this.#writes.size;
  }

  /** Adds to the commit script's arguments the sessions it writes. */
  addTo(args: (string | number)[]): void {
    for (const { key, json, ttlSeconds } of this.#writes.values()) {
      args.push(key.slice(this.lane.length + 1), json ?? '', ttlSeconds);
    }
  }

  /** What the event's own session holds after the commit. */
  ownAfterCommit(): string | undefined {
    const staged = this.own && this.#writes.get(this.own.key);
    return staged ? staged.json : this.own?.json;
  }

  #owned(key: string): string {
    if (key.startsWith(`${this.lane}:`)) return key;
    throw new RangeError(
      `The session key ${key} is not of the lane ${this.lane}: a session key starts with its lane and a colon.`,
    );
  }
}
