import type { Redis } from '@chatlane/redis';
import { createParkedBodies, type ParkedBodies } from '../intake/parked-bodies.js';
import { createLaterQueue, type LaterQueue } from '../later/later-queue.js';
import type { Partitions } from '../partitions.js';
import { releaseScript } from '../scripts.js';
import { createWakeUps } from '../wake-ups.js';
import { createDeadLetters, type DeadLetters } from './dead-letters.js';
import { diagnoseLanes, type LaneDiagnostics } from './diagnostics.js';
import { createLaneList, type LaneList } from './lane-list.js';
import { dropScript, pauseScript, resumeScript } from './scripts.js';
import { createSessionList, type SessionList } from './session-list.js';
import { createUnknownEffects, type UnknownEffects } from './unknown-effects.js';

/** What an operator can do with a deployment's lanes. */
export interface Operator {
  /**
   * Pauses a lane until it is resumed; it still receives mail. `after-turn`: the running turn may end and commit first.
   */
  pause(lane: string): Promise<'already' | 'paused' | 'after-turn'>;
  /** Resumes a paused lane; its head gets all its attempts again. Resolves to false when it was not paused. */
  resume(lane: string): Promise<boolean>;
  /**
   * Takes a lane from its holder, even from one that is alive but stuck, or ends the lane's rest, so that any
   * worker can open it now. The holder's handler can neither commit nor send, but may still run beside the next
   * one. Resolves to false when the lane was neither held nor resting.
   */
  release(lane: string): Promise<boolean>;
  /**
   * Deletes a lane's mail and state, even while a worker holds it; its sessions and dead letters stay. Resolves to the
   * number of deleted events, or undefined when the lane was idle.
   */
  drop(lane: string): Promise<number | undefined>;
  /** Reads lanes. */
  readonly lanes: LaneList;
  /** Events that were given up. */
  readonly deadLetters: DeadLetters;
  /** Sessions of all lanes. */
  readonly sessions: SessionList;
  /** Events that wait until they are due. */
  readonly later: Pick<LaterQueue, 'entries' | 'count' | 'remove'>;
  /** Bodies that are not updates. */
  readonly parked: ParkedBodies;
  /** Effects that may or may not have happened. */
  readonly unknownEffects: UnknownEffects;
  /** Reports overdue and stranded lanes and the condition of the queue, sweep and workers; changes nothing. */
  diagnose(): Promise<LaneDiagnostics>;
}

/** An operator and its queues. */
export interface ClosableOperator extends Operator {
  /** Closes the queues; the connection stays open. */
  close(): Promise<void>;
}

/** Creates an operator on the caller's connection. */
export function createOperator(redis: Redis, partitions: Partitions): ClosableOperator {
  const wakeUps = createWakeUps(redis, partitions.name);
  const later = createLaterQueue(redis, partitions.name);

  return {
    async pause(lane) {
      const keys = partitions.of(lane);
      return pauseScript.run(
        redis,
        [keys.waking, keys.held, keys.resting, keys.paused, keys.lane(lane)],
        [lane],
      );
    },
    async resume(lane) {
      const keys = partitions.of(lane);
      const { resumed, wakeAt } = await resumeScript.run(
        redis,
        [keys.waking, keys.paused, keys.mail(lane), keys.lane(lane), keys.resting],
        [lane],
      );
      if (wakeAt !== undefined) await wakeUps.wake(lane, wakeAt);
      return resumed;
    },
    async release(lane) {
      const keys = partitions.of(lane);
      const release = await releaseScript.run(
        redis,
        [keys.waking, keys.held, keys.resting, keys.paused, keys.lane(lane)],
        [lane],
      );
      if (release.state === 'released') await wakeUps.wake(lane, release.at);
      return release.state !== 'fenced';
    },
    drop(lane) {
      const keys = partitions.of(lane);
      const { waking, held, resting, paused, oldest } = keys;
      return dropScript.run(
        redis,
        [
          keys.mail(lane),
          keys.lane(lane),
          waking,
          held,
          resting,
          paused,
          oldest,
          keys.effects(lane),
        ],
        [lane],
      );
    },
    lanes: createLaneList(redis, partitions),
    diagnose: () => diagnoseLanes(redis, partitions, wakeUps),
    deadLetters: createDeadLetters(redis, partitions, wakeUps),
    sessions: createSessionList(redis, partitions),
    unknownEffects: createUnknownEffects(redis, partitions),
    parked: createParkedBodies(redis, partitions.name),
    later,
    async close() {
      await Promise.all([wakeUps.close(), later.close()]);
    },
  };
}
