import type { Redis } from '@chatlane/redis';
import { createDeadLetters, type DeadLetters } from './dead-letters.js';
import { createPartitions } from './partition.js';
import { pauseScript, releaseScript, resumeScript } from './scripts.js';
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
   * open it now. False: it was neither held nor resting.
   */
  release(lane: string): Promise<boolean>;
  readonly deadLetters: DeadLetters;
  close(): Promise<void>;
}

export function createOperator({ redis, name }: { redis: Redis; name: string }): Operator {
  const partitions = createPartitions(name);
  const wakeUps = createWakeUps(partitions, redis);

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
        [keys.waking, keys.paused, keys.mail(lane), keys.lane(lane)],
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
    deadLetters: createDeadLetters(redis, partitions, wakeUps),
    close: () => wakeUps.close(),
  };
}
