import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';

/** Ignores an error, because a Redis that is out of memory or failing over refuses commands for a while. */
async function untilTaken(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await ask();
      return;
    } catch {
      await sleep(100);
    }
  }
}

/** Wake-ups are hints, so losing or duplicating them may only cost time. */
export const wakeUpFaults: readonly Fault[] = [
  {
    name: 'wake-ups-lost',
    weight: 3,
    async strike(target, random) {
      // Workers take wake-ups within a millisecond, so pause the queue to have some to lose.
      await untilTaken(() => target.wakeUps.pause());
      await sleep(random.between(300, 1_000));
      await untilTaken(() => target.wakeUps.drain());
      await untilTaken(() => target.wakeUps.resume());
    },
  },
  {
    name: 'wake-ups-doubled',
    weight: 3,
    async strike(target, random) {
      for (let repeat = 0; repeat < 10; repeat += 1) {
        const lanes = target.lanes.filter(() => random.chance(0.5));
        await untilTaken(() => target.wakeUps.add('wake', { lanes, at: Date.now() }));
        await sleep(random.between(0, 200));
      }
    },
  },
];
