import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { Target } from '../target.js';
import type { Fault } from './fault.js';

/** Turns on a setting of the simulator for a while. */
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

/** Long enough that a turn is retried several times meanwhile. */
const OUTAGE_MS = [3_000, 8_000] as const;

const outages: readonly Fault[] = [
  {
    name: 'telegram-fails',
    weight: 3,
    strike: (target, random) =>
      target.outage('Telegram answers all calls with 5xx', async () => {
        const forMs = random.between(...OUTAGE_MS);
        const status = random.pick([500, 502, 503]);
        await target.play('/play/faults', { kind: 'call-5xx', status, forMs });
        await sleep(forMs);
      }),
  },
  {
    name: 'telegram-unreachable',
    weight: 3,
    strike: (target, random) =>
      target.outage('Telegram refuses connections', () =>
        target.telegram.refuse(() => sleep(random.between(...OUTAGE_MS))),
      ),
  },
];

const floods: readonly Fault[] = [
  flood('flood-in-chats', 2, (target, random) =>
    Array.from({ length: 10 }, () => ({ chat_id: Number(random.pick(target.lanes).slice(2)) })),
  ),
  flood('flood-of-a-method', 2, () => [{ method: 'sendMessage' }]),
  flood('flood-everywhere', 2, () => [{}]),
];

/** For a while every matching call is answered 429, from any worker. */
function flood(
  name: string,
  weight: number,
  scopes: (target: Target, random: Random) => { chat_id?: number; method?: string }[],
): Fault {
  return {
    name,
    weight,
    async strike(target, random) {
      const forMs = random.between(500, 3_000);
      const retryAfter = random.between(1, 4);
      for (const scope of scopes(target, random)) {
        await target.play('/play/faults', { kind: 'call-429', retryAfter, forMs, ...scope });
      }
      await sleep(forMs);
    },
  };
}

/** Calls that are carried out although their sender never gets the answer. */
const unknownOutcomes: readonly Fault[] = [
  {
    // The turns have ended by the time the answers arrive.
    name: 'answers-beyond-the-turn',
    weight: 2,
    async strike(target, random) {
      const delayMs = target.timeScale * (target.turnTimeoutMs + random.between(500, 2_000));
      const forMs = random.between(500, 1_500);
      const seed = random.between(1, 1_000_000);
      await target.play('/play/faults', { kind: 'call-delay', share: 0.05, delayMs, forMs, seed });
      await sleep(forMs + delayMs / target.timeScale);
    },
  },
  {
    // A worker dies with calls in flight, and the answers to the repeated calls may be lost as well.
    name: 'killed-while-sending',
    weight: 3,
    async strike(target, random) {
      const slow = {
        kind: 'call-delay',
        share: 0.5,
        delayMs: target.timeScale * 300,
        forMs: 3_000,
      };
      const lossy = { kind: 'call-lose-ack', share: 0.05, forMs: 3_000 };
      await target.play('/play/faults', { ...slow, seed: random.between(1, 1_000_000) });
      await target.play('/play/faults', { ...lossy, seed: random.between(1, 1_000_000) });
      await sleep(random.between(300, 1_500));
      const victim = random.pick(target.workers);
      const process = await victim.untilUp();
      process.kill('SIGKILL');
      await process.exited;
      await victim.untilUp();
    },
  },
];

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
  ...outages,
  ...floods,
  ...unknownOutcomes,
];
