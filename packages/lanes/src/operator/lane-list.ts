import { serverTime, type Redis } from '@chatlane/redis';
import { decodeEnvelope, type Envelope } from '../envelope.js';
import type { PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { readReason } from '../turn/reasons.js';

/** The states a lane that is not idle can be in. */
export const laneStates = ['waking', 'held', 'resting', 'paused'] as const;
/** The state of a lane that is not idle. */
export type LaneState = (typeof laneStates)[number];

/** A lane as an operator sees it. Times are Redis times in milliseconds. */
export interface LaneSummary {
  /** The lane's name. */
  lane: string;
  /** What the lane waits for. */
  state: LaneState;
  /** When it was woken or paused, or when its lease or its rest ends. */
  at: number;
  /** Events in the mailbox, including the one being handled. */
  waiting: number;
  /** Milliseconds since its oldest event arrived. Undefined when there is no mail. */
  oldestMs: number | undefined;
  /** Attempts at the head so far, including the running one. */
  attempts: number;
  /**
   * Why the lane rests, or how its head failed before the lane was paused: the name and code of an error, never its
   * message. Undefined when the lane neither rests nor is paused, or was paused before its head had failed.
   */
  reason: string | undefined;
}

/** A lane with its events and sessions. */
export interface LaneDetails extends LaneSummary {
  /** The fencing token of the holder. Undefined when no worker holds the lane. */
  epoch: string | undefined;
  /** An operator has paused the lane; the pause takes effect when the turn ends. */
  pausePending: boolean;
  /** The first events of the mailbox, starting with the head. */
  events: Envelope[];
  /** Sessions of the users of these events. `json` is undefined when there is none. */
  sessions: { user: string; json: string | undefined }[];
}

/** Reads lanes; changes nothing. */
export interface LaneList {
  /**
   * Lanes that are not idle. With `state`, those in that state, by time. Without, those with mail, the oldest event
   * first, then paused lanes without mail. `limit`: default 50.
   */
  list(options?: { state?: LaneState; limit?: number }): Promise<LaneSummary[]>;
  /** Undefined when the lane is idle or has never existed. `events`: how many to return, default 20. */
  show(lane: string, options?: { events?: number }): Promise<LaneDetails | undefined>;
  /**
   * How many lanes have mail, and how many events. Events are counted in the first 1,000 lanes of each partition;
   * `atLeast` is true if there are more lanes.
   */
  waiting(): Promise<{ lanes: number; events: number; atLeast: boolean }>;
}

/** Lanes per partition whose events are counted. */
const COUNTED = 1_000;

export function createLaneList(redis: Redis, partitions: Partitions): LaneList {
  async function ranked(
    zset: (keys: PartitionKeys) => string,
    limit: number,
  ): Promise<{ lane: string; keys: PartitionKeys }[]> {
    const found = await Promise.all(
      partitions.all.map(async (keys) => {
        const flat = await redis.zrange(zset(keys), '0', String(limit - 1), 'WITHSCORES');
        return pairs(flat).map(([lane, score]) => ({ lane, keys, score }));
      }),
    );
    return found
      .flat()
      .sort((a, b) => a.score - b.score)
      .slice(0, limit);
  }

  async function read(
    lane: string,
    keys: PartitionKeys,
    now: number,
  ): Promise<LaneSummary | undefined> {
    const [scores, waiting, [attempts, why], oldest] = await Promise.all([
      Promise.all(laneStates.map((state) => redis.zscore(keys[state], lane))),
      redis.llen(keys.mail(lane)),
      redis.hmget(keys.lane(lane), 'attempts', 'why'),
      redis.zscore(keys.oldest, lane),
    ]);
    const index = scores.findIndex((score) => score !== null);
    const state = laneStates[index];
    if (!state) return undefined;
    return {
      lane,
      state,
      at: Number(scores[index]),
      waiting,
      oldestMs: oldest === null ? undefined : Math.max(0, now - Number(oldest)),
      attempts: Number(attempts ?? 0),
      reason: readReason(state, Number(attempts ?? 0), why),
    };
  }

  return {
    async list({ state, limit = 50 } = {}) {
      const found = await ranked((keys) => keys[state ?? 'oldest'], limit);
      if (!state && found.length < limit) {
        const seen = new Set(found.map(({ lane }) => lane));
        const paused = await ranked((keys) => keys.paused, limit);
        found.push(...paused.filter(({ lane }) => !seen.has(lane)));
      }
      const now = await serverTime(redis);
      const lanes = await Promise.all(found.map(({ lane, keys }) => read(lane, keys, now)));
      return lanes
        .filter((lane) => lane !== undefined)
        .filter((lane) => !state || lane.state === state)
        .slice(0, limit);
    },
    async show(lane, { events: count = 20 } = {}) {
      const keys = partitions.of(lane);
      const now = await serverTime(redis);
      const [summary, [epoch, pause], stored] = await Promise.all([
        read(lane, keys, now),
        redis.hmget(keys.lane(lane), 'epoch', 'pause'),
        redis.lrangeBuffer(keys.mail(lane), 0, count - 1),
      ]);
      if (!summary) return undefined;
      const events = stored.map(decodeEnvelope);
      const users = new Set(events.flatMap(({ sessionUser }) => sessionUser ?? []));
      const sessions = await Promise.all(
        [...users].map(async (user) => ({
          user,
          json: (await redis.get(keys.sessions(lane) + user)) ?? undefined,
        })),
      );
      return {
        ...summary,
        epoch: epoch ?? undefined,
        pausePending: Boolean(pause),
        events,
        sessions,
      };
    },
    async waiting() {
      const parts = await Promise.all(
        partitions.all.map(async (keys) => {
          const lanes = await redis.zcard(keys.oldest);
          const first = await redis.zrange(keys.oldest, '0', String(COUNTED - 1));
          const events = await Promise.all(first.map((lane) => redis.llen(keys.mail(lane))));
          return { lanes, events: events.reduce((sum, each) => sum + each, 0) };
        }),
      );
      return {
        lanes: parts.reduce((sum, { lanes }) => sum + lanes, 0),
        events: parts.reduce((sum, { events }) => sum + events, 0),
        atLeast: parts.some(({ lanes }) => lanes > COUNTED),
      };
    },
  };
}

/** Converts a WITHSCORES reply into pairs. */
export function pairs(flat: readonly string[]): [member: string, score: number][] {
  const found: [string, number][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    found.push([flat[index]!, Number(flat[index + 1])]);
  }
  return found;
}
