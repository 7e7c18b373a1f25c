import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.js';

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
];
