import { randomUUID } from 'node:crypto';
import { scanKeys, type Redis } from '@chatlane/redis';
import { decodeEnvelope } from '../envelope.js';
import { inEveryPartition, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { readJournal, writeLine, type JournalEntry } from '../turn/journal-lines.js';
import { laneStates, type LaneState } from './lane-list.js';

/** An effect that a turn has begun, and that may or may not have happened. */
export interface UnknownEffect {
  /** The lane of the turn. */
  lane: string;
  /** The state of the lane. A `paused` lane may be waiting for a decision. */
  state: LaneState;
  /** Id of the event whose handler began it. */
  eventId: string;
  /** Identifies the effect among those of its event. */
  key: string;
  /** For example `sendMessage to 42`, or `effect charge`. */
  what: string;
  /** Approximate Redis time in milliseconds at which it was last begun. */
  at: number;
  /** How often it was begun with an unknown outcome. */
  times: number;
}

/** Effects with an unknown outcome, of turns that will be retried. */
export interface UnknownEffects {
  /** Those of lanes that no worker holds. Scans all keys of the Redis, in small steps. */
  list(): Promise<UnknownEffect[]>;
  /**
   * Records that an effect of a paused lane has happened (`result`: what its handler will get back), or that it has
   * not. Resume the lane afterwards. Resolves to false when the lane is not paused or has no such effect.
   */
  decide(
    lane: string,
    key: string,
    decision: 'done' | 'not-done',
    result?: unknown,
  ): Promise<boolean>;
}

export function createUnknownEffects(redis: Redis, partitions: Partitions): UnknownEffects {
  async function stateOf(lane: string, keys: PartitionKeys): Promise<LaneState | undefined> {
    const scores = await Promise.all(laneStates.map((state) => redis.zscore(keys[state], lane)));
    return laneStates[scores.findIndex((score) => score !== null)];
  }

  async function unknownOf(lane: string): Promise<UnknownEffect[]> {
    const keys = partitions.of(lane);
    const [state, journal, head] = await Promise.all([
      stateOf(lane, keys),
      redis.get(keys.effects(lane)),
      redis.lindexBuffer(keys.mail(lane), 0),
    ]);
    if (!state || state === 'held' || !journal || !head) return [];
    const eventId = decodeEnvelope(head).id;
    return [...readJournal(journal, eventId).values()]
      .filter(isUnknown)
      .map(({ key, what, at, unknown }) => ({
        lane,
        state,
        eventId,
        key,
        what,
        at,
        times: unknown,
      }));
  }

  return {
    async list() {
      const lanes = new Set<string>();
      for await (const keys of scanKeys(redis, inEveryPartition(partitions.name, 'effects'))) {
        for (const key of keys)
          lanes.add(key.slice(key.indexOf('}:effects:') + '}:effects:'.length));
      }
      const found = await Promise.all([...lanes].map(unknownOf));
      return found.flat().sort((a, b) => a.at - b.at);
    },
    async decide(lane, key, decision, result) {
      const effect = (await unknownOf(lane)).find((each) => each.key === key);
      if (effect?.state !== 'paused') return false;
      const { eventId, times } = effect;
      const lines =
        decision === 'done'
          ? writeLine(
              result === undefined
                ? [eventId, key, 'y', randomUUID()]
                : [eventId, key, 'y', randomUUID(), result],
            )
          : Array.from({ length: times }, () => writeLine([eventId, key, 'x', randomUUID()])).join(
              '',
            );
      await redis.append(partitions.of(lane).effects(lane), lines);
      return true;
    },
  };
}

function isUnknown({ done, unknown }: JournalEntry): boolean {
  return !done && unknown > 0;
}
