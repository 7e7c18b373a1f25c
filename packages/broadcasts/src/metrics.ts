import { shareReading, type Redis } from '@chatlane/redis';
import { Counter, Gauge, type Registry } from 'prom-client';
import { broadcastKeys } from './keys.js';
import type { BroadcastObserver } from './observer.js';
import { outcomes } from './outcomes.js';

/** Broadcasts that are scheduled or running. */
interface Current {
  scheduled: number;
  running: number;
  /** Recipients without an outcome, of running broadcasts. */
  pending: number;
  /** Milliseconds since the last outcome of the running broadcast that has waited longest for one. */
  stalledMs: number;
}

/** Registers metrics of broadcasts. The gauges are read from Redis at each scrape. */
export function observeBroadcasts(
  registry: Registry,
  options: { redis: Redis; name: string },
): Pick<BroadcastObserver, 'outcome' | 'paused'> {
  const registers = [registry];
  const messages = new Counter({
    name: 'chatlane_broadcast_messages_total',
    help: 'Recipients that have got an outcome (sent, blocked, opted-out, unknown, failed)',
    labelNames: ['outcome'],
    registers,
  });
  const pauses = new Counter({
    name: 'chatlane_broadcast_error_pauses_total',
    help: 'Broadcasts that have paused by themselves because too many messages failed',
    registers,
  });
  // An alert sees the first increment of a series only if the series existed before.
  for (const outcome of outcomes.slice(2)) messages.inc({ outcome }, 0);
  gaugeCurrent(registry, () => readCurrent(options));
  return {
    outcome: (outcome) => messages.inc({ outcome }),
    paused: () => pauses.inc(),
  };
}

/** Every worker reports the same values: aggregate with max, not sum. NaN while Redis is unavailable. */
function gaugeCurrent(registry: Registry, read: () => Promise<Current>): void {
  const current = shareReading(read);
  const registers = [registry];
  new Gauge({
    name: 'chatlane_broadcasts',
    help: 'Broadcasts that are scheduled or running; the same on every worker',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await current();
      for (const state of ['scheduled', 'running'] as const)
        this.set({ state }, now?.[state] ?? NaN);
    },
  });
  new Gauge({
    name: 'chatlane_broadcast_pending_messages',
    help: 'Recipients of running broadcasts that have no outcome yet; the same on every worker',
    registers,
    async collect() {
      this.set((await current())?.pending ?? NaN);
    },
  });
  new Gauge({
    name: 'chatlane_broadcast_stalled_seconds',
    help: 'How long a running broadcast has been without a new outcome; the same on every worker',
    registers,
    async collect() {
      this.set(((await current())?.stalledMs ?? NaN) / 1_000);
    },
  });
}

async function readCurrent({ redis, name }: { redis: Redis; name: string }): Promise<Current> {
  const keys = broadcastKeys(name);
  const [ids, [seconds]] = await Promise.all([
    redis.zrangebyscore(keys.active, '-inf', '+inf'),
    redis.time(),
  ]);
  const current: Current = { scheduled: 0, running: 0, pending: 0, stalledMs: 0 };
  await Promise.all(
    ids.map(async (id) => {
      const key = keys.broadcast(Number(id));
      const [state, size, done, lastAt] = await redis.hmget(key, 'state', 'size', 'done', 'lastAt');
      if (state === 'scheduled') current.scheduled += 1;
      if (state !== 'running') return;
      current.running += 1;
      current.pending += Number(size) - Number(done);
      const sinceMs = Number(seconds) * 1_000 - Number(lastAt);
      current.stalledMs = Math.max(current.stalledMs, sinceMs);
    }),
  );
  return current;
}
