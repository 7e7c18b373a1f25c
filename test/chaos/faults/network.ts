import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from '@chatlane/processes';
import { monotonicMs } from '../../harness/clock.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';
import type { Fault } from './fault.js';

/** Turns that last longer than a worker's shutdown deadline, and how many of them make a worker the victim. */
const SLOW_TURNS = 12;
const IN_HAND = 3;

/** Sends slow turns until one worker has IN_HAND of them; after 4 s returns the worker with the most. */
async function slowDownOne(target: Target, random: Random): Promise<AppProcess> {
  for (let sent = 0; sent < SLOW_TURNS; sent += 1) {
    await target.send(`slow ${random.between(2_500, 3_000)}`);
  }
  const until = monotonicMs() + 4_000;
  for (;;) {
    const workers = target.workers.flatMap((worker) => worker.current() ?? []);
    const turns = await Promise.all(workers.map(({ pid }) => target.turnsOf(pid)));
    const most = Math.max(...turns);
    if (most >= IN_HAND || (monotonicMs() > until && workers.length > 0)) {
      return workers[turns.indexOf(most)]!;
    }
    await sleep(50);
  }
}

export const networkFaults: readonly Fault[] = [
  {
    name: 'connections-cut',
    weight: 5,
    async strike(target, random) {
      const victim = random.pick([...target.workers, ...target.ingresses]);
      const process = await victim.untilUp();
      const cut = (): Promise<void> => Promise.resolve(victim.wire.cut());
      await target.trouble('its connections to Redis are cut', cut, process.pid);
    },
  },
  {
    name: 'connections-stalled',
    weight: 5,
    async strike(target, random) {
      const victim = random.pick([...target.workers, ...target.ingresses]);
      const direction = random.pick(['requests', 'replies', 'both'] as const);
      const forMs = target.leaseMs + random.between(-1_000, 3_000);
      const process = await victim.untilUp();
      const stall = async (): Promise<void> => {
        victim.wire.stall(direction);
        await sleep(forMs);
        // Half of the stalled connections never recover.
        if (random.chance(0.5)) victim.wire.cut();
        victim.wire.flow();
      };
      await target.trouble(`its connections to Redis stall (${direction})`, stall, process.pid);
    },
  },
  {
    // The release of its lanes reaches Redis long after other workers have taken them. No fault of Redis runs at the same
    // time, because the checker could not determine which of the two made those workers lose the lanes.
    name: 'handed-back-late',
    weight: 5,
    alone: 'redis',
    async strike(target, random) {
      const process = await slowDownOne(target, random);
      const victim = target.workers.find((worker) => worker.current() === process);
      if (!victim) return;
      await target.trouble(
        'a process is asked to stop while its requests are delayed',
        async () => {
          victim.wire.stall('requests');
          const replaced = victim.replace();
          await sleep(target.leaseMs + 1_200);
          victim.wire.flow();
          await replaced;
        },
        process.pid,
      );
    },
  },
];
