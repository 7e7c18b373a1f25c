import { setTimeout as sleep } from 'node:timers/promises';
import { hot } from '../loads.js';
import { addAll, sessionHandler, withSystem } from '../measure-queue.js';
import { until } from '../pace.js';
import type { Figures, Ratio, Scenario } from '../result.js';
import { chatlane } from '../systems/chatlane.js';

const HANDLER_MS = 50;
const TURNS_EACH = 25;

/** Throughput of 1 to 8 workers with 25 turns each and handlers that wait 50 ms, all in this process, over 4,000 chats. */
export const scale: Scenario = async ({ quick }) => {
  const rows: Figures[] = [];
  for (const workers of quick ? [1, 2] : [1, 2, 4, 8]) {
    rows.push(await throughput(workers, quick ? 0.2 : 3));
  }
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const ratios: Ratio[] = [
    {
      what: `processed per second by ${last['workers']} workers, over 1`,
      value: Number(last['processPerSecond']) / Number(first['processPerSecond']),
    },
  ];
  return { scenario: 'scale', systems: rows, ratios };
};

async function throughput(workers: number, seconds: number): Promise<Figures> {
  const possible = (workers * TURNS_EACH * 1_000) / HANDLER_MS;
  const count = Math.ceil(possible * seconds);
  return withSystem(
    chatlane,
    async (system, server) => {
      await addAll(system, hot(4_000)(count));
      let handled = 0;
      const handler = sessionHandler(async (_chat, _id, turn) => {
        await turn();
        await sleep(HANDLER_MS);
        handled += 1;
      });
      const others = await Promise.all(
        Array.from({ length: workers - 1 }, () =>
          chatlane({ redisUrl: server.url, turns: TURNS_EACH }),
        ),
      );
      const all = [system, ...others];
      const started = performance.now();
      await Promise.all(all.map((each) => each.start(handler)));
      await until(() => handled === count);
      const perSecond = (1_000 * count) / (performance.now() - started);
      for (const each of all) await each.stop();
      return {
        name: `chatlane, ${workers} x ${TURNS_EACH} turns`,
        workers,
        concurrency: workers * TURNS_EACH,
        processPerSecond: perSecond,
        shareOfPossible: perSecond / possible,
      };
    },
    TURNS_EACH,
  );
}
