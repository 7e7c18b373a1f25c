import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import { TurnEndedError } from './turn-ended-error.js';

/** Reads and stages the sessions of a turn. Nothing is written before the commit. */
export interface TurnSessions {
  /** The JSON stored or staged under `key`, or undefined. The event's own session costs no round trip. */
  get(key: string): Promise<string | undefined>;
  /**
   * Adds `json` (undefined: delete) to the commit; the last call for a key wins.
   *
   * @param ttlSeconds time to live; 0: forever. Default: the deployment's
   * @throws RangeError when the key does not belong to this lane, because only a lane's own sessions are safe from
   *   concurrent turns, or when `ttlSeconds` is not a whole number from 0 to a hundred years
   * @throws Error after the turn has ended
   */
  stage(key: string, json: string | undefined, ttlSeconds?: number): void;
  /** The deployment's time to live in seconds; 0: forever. */
  readonly ttlSeconds: number;
}

/** A hundred years. */
const MAX_TTL_SECONDS = 3_155_760_000;

interface StagedWrite {
  key: string;
  json: string | undefined;
  ttlSeconds: number;
}

/** The sessions of one turn: prefetched, staged, and passed on to the lane's next turn. */
export class StagedSessions implements TurnSessions {
  readonly #writes = new Map<string, StagedWrite>();
  /** Sessions read so far, other than the event's own. */
  #known: Map<string, string | undefined> | undefined;
  #isClosed = false;

  constructor(
    private readonly redis: Redis,
    private readonly keys: PartitionKeys,
    private readonly lane: string,
    readonly ttlSeconds: number,
    /** The event's own session, before the turn. */
    readonly own: { key: string; json: string | undefined } | undefined,
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
    if (this.#isClosed)
      throw new TurnEndedError('The turn has ended: its sessions can no longer be changed.');
    // Redis would refuse a bad value in the middle of the commit.
    if (!Number.isInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > MAX_TTL_SECONDS) {
      throw new RangeError(
        `ttlSeconds is ${ttlSeconds}: it must be a whole number of seconds, from 0 (forever) to ${MAX_TTL_SECONDS}.`,
      );
    }
    this.#writes.set(this.#owned(key), { key, json, ttlSeconds });
  }

  /** Ends staging; `keep` false drops what was staged. */
  close(keep: boolean): void {
    this.#isClosed = true;
    if (!keep) this.#writes.clear();
  }

  get size(): number {
    return this.#writes.size;
  }

  /** Adds the staged sessions to the arguments of the commit script. */
  addTo(args: (string | number)[]): void {
    for (const { key, json, ttlSeconds } of this.#writes.values()) {
      args.push(key.slice(this.lane.length + 1), json ?? '', ttlSeconds);
    }
  }

  /** The event's own session after the commit. */
  ownAfterCommit(): string | undefined {
    const staged = this.own && this.#writes.get(this.own.key);
    return staged ? staged.json : this.own?.json;
  }

  #owned(key: string): string {
    if (key.startsWith(`${this.lane}:`)) return key;
    throw new RangeError(
      `The session key ${key} does not belong to the lane ${this.lane}: it must start with the lane and a colon.`,
    );
  }
}
