import { nodesOf, type Redis } from '@chatlane/redis';
import { inEveryPartition } from './keys.js';
import { laneOfSession } from './lane-of-session.js';
import type { Partitions } from './partitions.js';
import { changeSessionScript } from './scripts.js';

/** A session as the lanes keep it. */
export interface KeptSession {
  /** `<lane>:<user>`. */
  key: string;
  json: string;
  /** Milliseconds it has left; undefined: for ever. */
  lifeMs: number | undefined;
}

/** Sessions, by their keys. A turn that is running while one is changed by hand may write over it. */
export interface SessionList {
  get(key: string): Promise<KeptSession | undefined>;
  /** False: there was none. */
  remove(key: string): Promise<boolean>;
  /** With `keep` one that is there already stays. False: it did. */
  put(session: KeptSession, mode: 'replace' | 'keep'): Promise<boolean>;
  /** All there are, in no order, master by master. While Redis grows or shrinks its tables, one may be told twice. */
  entries(): AsyncIterable<KeptSession>;
}

/** Keys that one step looks at. */
const STEP = 200;

export function createSessionList(redis: Redis, partitions: Partitions): SessionList {
  const place = (key: string): string => partitions.of(laneOfSession(key)).session(key);

  async function read(key: string, stored: string): Promise<KeptSession | undefined> {
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
      for (const node of nodesOf(redis)) {
        let cursor = '0';
        do {
          const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', STEP);
          cursor = next;
          const own = [...new Set(found)].flatMap((stored) => {
            const key = /^\{.*?\}:session:(.*)$/s.exec(stored)?.[1];
            // What lies in another partition than its lane's is no session of this deployment.
            return key !== undefined && place(key) === stored ? { key, stored } : [];
          });
          const sessions = await Promise.all(own.map(({ key, stored }) => read(key, stored)));
          yield* sessions.filter((session) => session !== undefined);
        } while (cursor !== '0');
      }
    },
  };
}
