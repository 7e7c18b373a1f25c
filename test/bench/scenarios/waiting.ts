import { hot } from '../loads.js';
import { sessionHandler, withSystem } from '../measure-queue.js';
import { atRate, until } from '../pace.js';
import type { Figures, Ratio, Scenario } from '../result.js';
import { median, quantile } from '../statistics.js';
import { bullmq } from '../systems/bullmq.js';
import { chatlane } from '../systems/chatlane.js';
import type { CreateSystem } from '../systems/system.js';

const systems: Record<string, CreateSystem> = { chatlane, bullmq };
const RATES = [500, 1_000, 3_000];

/**
 * The time from an update's add to the start of its handler, at fixed rates, with 2,000 chats. The systems are measured in
 * alternation, so that other load on the machine affects both.
 */
export const waiting: Scenario = async ({ quick }) => {
  const seconds = quick ? 0.1 : 2;
  const rounds = quick ? 1 : 3;
  const rows: Figures[] = [];
  const ratios: Ratio[] = [];
  for (const rate of quick ? [200] : RATES) {
    const p50: Record<string, number[]> = {};
    const p99: Record<string, number[]> = {};
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, create] of Object.entries(systems)) {
        const waits = await waitsAt(create, rate, seconds);
        (p50[name] ??= []).push(quantile(waits, 0.5));
        (p99[name] ??= []).push(quantile(waits, 0.99));
      }
    }
    for (const name of Object.keys(systems)) {
      rows.push({
        name: `${name} at ${rate}/s`,
        updatesPerSecond: rate,
        waitMsP50: median(p50[name]!),
        waitMsP99: median(p99[name]!),
      });
    }
    ratios.push({
      what: `p99 of waiting at ${rate}/s, over bullmq`,
      value: median(p99['chatlane']!.map((value, round) => value / p99['bullmq']![round]!)),
      ...(rate === 3_000 && { goal: { atMost: 0.5 } }),
    });
  }
  return { scenario: 'waiting', systems: rows, ratios };
};

async function waitsAt(create: CreateSystem, rate: number, seconds: number): Promise<number[]> {
  return withSystem(create, async (system) => {
    // The first quarter warms up code and connections.
    const count = Math.ceil(rate * seconds * 1.25);
    const updates = hot(2_000)(count);
    const addedAt = new Map<number, number>();
    const waits: number[] = [];
    await system.start(
      sessionHandler((_chat, id, turn) => {
        waits.push(performance.now() - addedAt.get(id)!);
        return turn();
      }),
    );
    await atRate(rate, count, (index) => {
      const update = updates[index]!;
      addedAt.set(update.id, performance.now());
      return system.add(update);
    });
    await until(() => waits.length === count);
    await system.stop();
    return waits.slice(Math.floor(count / 5));
  });
}
