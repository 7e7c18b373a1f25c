import { cold } from '../loads.js';
import { createPoster } from '../http-poster.js';
import type { Figures, Scenario } from '../result.js';
import { quantile } from '../statistics.js';
import { SECRET, startExpress, startIngress, type Webhook } from '../webhooks.js';

const CONNECTIONS = 40;

/** Webhook posts as fast as 40 connections allow, to the ingress, which stores each in Redis, and to plain express. */
export const ingress: Scenario = async ({ quick }) => {
  const count = quick ? 100 : 15_000;
  const chatlane = await flood('chatlane', await startIngress(), count);
  const express = await flood('express', await startExpress(), count);
  return {
    scenario: 'ingress',
    systems: [chatlane, express],
    ratios: [
      {
        what: 'posts per second, over a bare express',
        value: Number(chatlane['postsPerSecond']) / Number(express['postsPerSecond']),
      },
    ],
  };
};

async function flood(name: string, webhook: Webhook, count: number): Promise<Figures> {
  const poster = await createPoster(webhook.url, { connections: CONNECTIONS, secret: SECRET });
  try {
    // The first third warms up code and connections.
    const updates = cold(count + count / 2);
    await postAll(
      poster.post,
      updates.splice(0, count / 2).map(({ body }) => body),
    );
    const started = performance.now();
    const tookMs = await postAll(
      poster.post,
      updates.map(({ body }) => body),
    );
    return {
      name,
      postsPerSecond: (1_000 * count) / (performance.now() - started),
      answerMsP50: quantile(tookMs, 0.5),
      answerMsP99: quantile(tookMs, 0.99),
    };
  } finally {
    poster.close();
    await webhook.stop();
  }
}

async function postAll(post: (body: Buffer) => Promise<number>, bodies: Buffer[]) {
  const tookMs: number[] = [];
  let next = 0;
  const poster = async (): Promise<void> => {
    for (let body = bodies[next++]; body; body = bodies[next++]) {
      const started = performance.now();
      const status = await post(body);
      if (status !== 200) throw new Error(`A post was answered with ${status}.`);
      tookMs.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, poster));
  return tookMs;
}
