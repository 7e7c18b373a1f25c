import type { Random } from '../random.js';
import type { Target } from '../target.js';
import type { Fault } from './fault.js';

/** Messages whose text makes the ledger bot misbehave. */
function behaviour(
  name: string,
  weight: number,
  text: (random: Random, target: Target) => string,
  count = 1,
): Fault {
  return {
    name,
    weight,
    async strike(target, random) {
      for (let sent = 0; sent < count; sent += 1) await target.send(text(random, target));
    },
  };
}

export const handlerFaults: readonly Fault[] = [
  behaviour('slow-handlers', 4, (random) => `slow ${random.between(300, 2_500)}`, 5),
  behaviour('hanging-handlers', 3, () => 'hang', 2),
  behaviour('stuck-handler', 2, () => 'stuck'),
  behaviour('throwing-handlers', 4, (random) => `throw ${random.between(1, 3)}`, 5),
  behaviour(
    'frozen-event-loop',
    5,
    (random, { leaseMs }) => `freeze ${leaseMs + random.between(500, 4_000)}`,
  ),
  behaviour('poison-update', 2, () => 'poison'),
  behaviour('poisons-among-others', 1, () => 'poison', 3),
  {
    name: 'cancels-of-strangers',
    weight: 3,
    async strike(target, random) {
      const disturbed = () => target.sendAndDisturb(`slow ${random.between(1_000, 2_500)}`);
      await Promise.all(Array.from({ length: 5 }, disturbed));
    },
  },
];
