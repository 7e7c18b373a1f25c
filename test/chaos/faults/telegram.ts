import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Target } from '../target.js';
import type { Fault } from './fault.js';

/** A switch of the simulator, on for a while. */
function simulated(
  name: string,
  weight: number,
  rule: (random: Random) => { kind: string; share: number } & Record<string, unknown>,
): Fault {
  return {
    name,
    weight,
    async strike(target: Target, random: Random) {
      const forMs = random.between(1_000, 4_000);
      const seed = random.between(1, 1_000_000);
      await target.play('/play/faults', { ...rule(random), forMs, seed });
      await sleep(forMs);
    },
  };
}

export const telegramFaults: readonly Fault[] = [
  simulated('delivery-acks-lost', 3, () => ({ kind: 'lose-ack', share: 0.3 })),
  simulated('deliveries-doubled', 3, () => ({ kind: 'duplicate', share: 0.3 })),
  simulated('deliveries-refused', 1, () => ({ kind: 'status', share: 0.3, status: 502 })),
  simulated('deliveries-reset', 2, () => ({ kind: 'reset', share: 0.3 })),
  simulated('deliveries-late', 2, () => ({ kind: 'delay', share: 0.3, delayMs: 10_000 })),
  simulated('calls-flooded', 3, () => ({ kind: 'call-429', share: 0.3, retryAfter: 1 })),
  simulated('calls-failed', 3, (random) => ({
    kind: 'call-5xx',
    share: 0.5,
    status: random.pick([500, 502, 504]),
  })),
  simulated('calls-late', 2, () => ({ kind: 'call-delay', share: 0.3, delayMs: 20_000 })),
  simulated('call-acks-lost', 3, () => ({ kind: 'call-lose-ack', share: 0.2 })),
  {
    name: 'doubled-across-ingresses',
    weight: 3,
    async strike(target, random) {
      target.splitter.doubled = 0.5;
      await sleep(random.between(1_000, 3_000));
      target.splitter.doubled = 0;
    },
  },
];
