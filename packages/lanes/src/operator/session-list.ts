import { isWaitingKey } from '@chatlane/contracts';
import { scanKeys, type Redis } from '@chatlane/redis';
import { inEveryPartition, laneOfSession } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { changeSessionScript } from './scripts.js';

/** A session as it is stored beside its lane. */
export interface LaneSession {
  /** `<lane>:<user>`. */
  key: string;
  /** The stored value. */
  json: string;
  /** Remaining time to live in milliseconds. Undefined: forever. */
  lifeMs: number | undefined;
}

/** Reads and changes sessions by key. If a turn is running meanwhile, it may overwrite the change. */
export interface SessionList {
  /** Undefined when there is none. */
  get(key: string): Promise<LaneSession | undefined>;
  /** Resolves to false when there was none. */
  remove(key: string): Promise<boolean>;
  /** `keep` leaves an existing session unchanged and then resolves to false. */
  put(session: LaneSession, mode: 'replace' | 'keep'): Promise<boolean>;
  /**
   * All sessions, without the records of waiting events, in no particular order. While Redis resizes its tables, a
   * session may be returned twice.
   */
  entries(): AsyncIterable<LaneSession>;
}

export function createSessionList(redis: Redis, partitions: Partitions): SessionList {
  const place = (key: string): string => partitions.of(laneOfSession(key)).session(key);

  async function read(key: string, stored: string): Promise<LaneSession | undefined> {
    const [json, lifeMs] = await Promise.all([redis.get(stored), redis.pttl(stored)]);
    return json === null ? undefined : { key, json, lifeMs: lifeMs < 0 ? undefined : lifeMs };
  }

  async function change(key: string, json: string, lifeMs: number, mode: string): Promise<boolean> {
    const lane = laneOfSession(key);
    const keys = partitions.of(lane);
    const user = key.slice(lane.length + 1);
    return changeSessionScript.run(
      redis,
      [keys.session(key), keys.lane(lane), keys.held, keys.users(lane)],
      [lane, user, json, lifeMs, mode],
    );
  }

  return {
    get: (key) => read(key, place(key)),
    remove: (key) => change(key, '', 0, 'replace'),
    put: ({ key, json, lifeMs }, mode) => change(key, json, Math.ceil(lifeMs ?? 0), mode),
    async *entries() {
      const pattern = inEveryPartition(partitions.name, 'session');
      for await (const found of scanKeys(redis, pattern)) {
        const own = [...new Set(found)].flatMap((stored) => {
          const key = /^\{.*?\}:session:(.*)$/s.exec(stored)?.[1];
          // A key that is not in the partition of its lane is not a session of this deployment.
          const isOwn = key !== undefined && place(key) === stored && !isWaitingKey(key);
          return isOwn ? { key, stored } : [];
        });
        const sessions = await Promise.all(own.map(({ key, stored }) => read(key, stored)));
        yield* sessions.filter((session) => session !== undefined);
      }
    },
  };
}
