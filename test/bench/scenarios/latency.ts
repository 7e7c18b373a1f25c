import { setTimeout as sleep } from 'node:timers/promises';
import { createPoster } from '../http-poster.js';
import { hot } from '../loads.js';
import { atRate } from '../pace.js';
import type { Figures, Scenario } from '../result.js';
import { quantile } from '../statistics.js';
import { SECRET, startChatlane, startPeer, type Webhook } from '../webhooks.js';
import { waiting } from './waiting.js';

const RATES = [100, 500];

/**
 * `waiting`, and from the post of a webhook to the start of its handler: Chatlane as ingress and worker processes with
 * Redis between them, against bots that run inside their webhook server and would lose what they have not finished.
 */
export const latency: Scenario = async ({ quick }) => {
  const queue = await waiting({ quick });
  const servers: Record<string, () => Promise<Webhook>> = {
    chatlane: () => startChatlane({ worker: true }),
    telegraf: () => startPeer('telegraf'),
    grammy: () => startPeer('grammy'),
  };
  const rows: Figures[] = [];
  for (const [name, start] of Object.entries(servers)) {
    const webhook = await start();
    try {
      let first = 0;
      for (const rate of quick ? [100] : RATES) {
        const count = Math.ceil(rate * (quick ? 0.2 : 4));
        const waits = await postToStart(webhook, rate, first, count);
        first += count;
        rows.push({
          name: `${name}: webhook at ${rate}/s`,
          updatesPerSecond: rate,
          waitMsP50: quantile(waits, 0.5),
          waitMsP99: quantile(waits, 0.99),
        });
      }
    } finally {
      await webhook.stop();
    }
  }
  return { ...queue, scenario: 'latency', systems: [...queue.systems, ...rows] };
};

async function postToStart(
  webhook: Webhook,
  rate: number,
  first: number,
  count: number,
): Promise<number[]> {
  const updates = hot(2_000)(first + count).slice(first);
  const poster = await createPoster(webhook.url, { connections: 40, secret: SECRET });
  const postedAt: number[] = [];
  await atRate(rate, count, async (index) => {
    postedAt[index] = Number(process.hrtime.bigint()) / 1e6;
    const status = await poster.post(updates[index]!.body);
    if (status !== 200) throw new Error(`${webhook.url.href} answered ${status}.`);
  });
  poster.close();
  let starts = await webhook.starts();
  while (updates.some(({ id }) => !starts.has(id))) {
    await sleep(50);
    starts = await webhook.starts();
  }
  // The first quarter warms code and connections up.
  return updates
    .map(({ id }, index) => starts.get(id)! - postedAt[index]!)
    .slice(Math.floor(count / 4));
}
