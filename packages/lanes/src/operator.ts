import type { Redis } from '@chatlane/redis';
import { createDeadLetters, type DeadLetters } from './dead-letters.js';
import { checkUpLanes, type LaneCheckUp } from './lane-check-up.js';
import { createLaneList, type LaneList } from './lane-list.js';
import { createParkedBodies, type ParkedBodies } from './parked-bodies.js';
import { createPartitions } from './partitions.js';
import { dropScript, pauseScript, releaseScript, resumeScript } from './scripts.js';
import { createSessionList, type SessionList } from './session-list.js';
import { createUnknownEffects, type UnknownEffects } from './unknown-effects.js';
import { createWakeUps } from './wake-ups.js';

/** What a person in charge can do to a lane. */
export interface Operator {
  /**
   * Stops a lane until it is resumed; mail goes on arriving. `after-turn`: the turn that is running
   * may end and commit first.
   */
  pause(lane: string): Promise<'already' | 'paused' | 'after-turn'>;
  /** Lets a paused lane go on; its head gets all its attempts anew. False: it was not paused. */
  resume(lane: string): Promise<boolean>;
  /**
   * Takes a lane from its holder, also one that is alive and stuck, or ends its rest; any worker may
   * open it now. The holder's handler can commit and send nothing more, but may still run beside the
   * next one. False: it was neither held nor resting.
   */
  release(lane: string): Promise<boolean>;
  /**
   * Forgets a lane's mail and its state, also while somebody holds it; its sessions and dead letters stay. Answers
   * how many events are gone; undefined: the lane was idle.
   */
  drop(lane: string): Promise<number | undefined>;
  readonly lanes: LaneList;
  readonly deadLetters: DeadLetters;
  readonly sessions: SessionList;
  readonly parked: ParkedBodies;
  readonly unknownEffects: UnknownEffects;
  /** Looks for what no worker repairs; changes nothing. */
  checkUp(): Promise<LaneCheckUp>;
  close(): Promise<void>;
}

export function createOperator(options: { redis: Redis; name: string }): Operator {
  const { redis } = options;
  const partitions = createPartitions(redis, options.name);
  const wakeUps = createWakeUps(redis, options.name);

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
      const letGo = await releaseScript.run(
        redis,
        [keys.waking, keys.held, keys.resting, keys.paused, keys.lane(lane)],
        [lane],
      );
      if (letGo.state === 'gone-on') await wakeUps.wake(lane, letGo.at);
      return letGo.state !== 'fenced';
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
    checkUp: () => checkUpLanes(redis, partitions, wakeUps),
    deadLetters: createDeadLetters(redis, partitions, wakeUps),
    sessions: createSessionList(redis, partitions),
    unknownEffects: createUnknownEffects(redis, partitions),
    parked: createParkedBodies(redis, options.name),
    close: () => wakeUps.close(),
  };
}
