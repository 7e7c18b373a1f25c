import { shareReading } from '@chatlane/redis';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { sweepCauses, turnOutcomes, type LaneObserver } from './observer.js';
import type { LaneStats } from './operator/stats.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

/** Exports the events of a lane worker as metrics; the lanes' states are read from Redis at each scrape. */
export function observeLanes(
  registry: Registry,
  readStats: () => Promise<LaneStats>,
): LaneObserver {
  const registers = [registry];
  const turns = new Counter({
    name: 'chatlane_turns_total',
    help: 'Turns that ended, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'chatlane_turn_duration_seconds',
    help: 'Time from the start of a turn to its commit',
    buckets: SECONDS,
    registers,
  });
  const waited = new Histogram({
    name: 'chatlane_event_wait_seconds',
    help: 'Time an event waited from its arrival to the start of its first turn',
    buckets: SECONDS,
    registers,
  });
  const opened = new Counter({
    name: 'chatlane_lanes_opened_total',
    help: 'Lanes named by wake-ups, by whether there was something to open',
    labelNames: ['result'],
    registers,
  });
  const swept = new Counter({
    name: 'chatlane_swept_lanes_total',
    help: 'Lanes that the sweep had to wake, by cause; lost and stranded are 0 in normal operation',
    labelNames: ['cause'],
    registers,
  });
  const diverged = new Counter({
    name: 'chatlane_turns_diverged_total',
    help: 'Turns that took a different path when they were retried, so that effects of both paths happened',
    registers,
  });
  const overdue = new Gauge({
    name: 'chatlane_overdue_handlers',
    help: 'Handlers still running after their signal was aborted; each keeps its lane and its turn',
    registers,
  });
  // An alert notices the first increment only if the series already exists.
  for (const outcome of turnOutcomes) turns.inc({ outcome }, 0);
  for (const result of ['opened', 'nothing']) opened.inc({ result }, 0);
  for (const cause of sweepCauses) swept.inc({ cause }, 0);
  const troubles = new Counter({
    name: 'chatlane_lane_troubles_total',
    help: 'Faults outside of turns, by what was being done',
    labelNames: ['what'],
    registers,
  });
  gaugeStats(registry, readStats);

  return {
    turnStarted(_kind, waitedMs, attempt) {
      // A retry waits because its handler failed, which says nothing about the deployment.
      if (attempt === 1) waited.observe(waitedMs / 1_000);
    },
    turnEnded(turn, outcome) {
      turns.inc({ outcome });
      duration.observe(turn.durationMs / 1_000);
    },
    diverged: () => diverged.inc(),
    handlersOverdue: (count) => overdue.set(count),
    opened(lanes, named) {
      opened.inc({ result: 'opened' }, lanes);
      opened.inc({ result: 'nothing' }, named - lanes);
    },
    swept: (cause, lanes) => swept.inc({ cause }, lanes),
    trouble: (what) => troubles.inc({ what }),
  };
}

/** Exports whether Redis accepts writes from this process, checked with a write at each scrape. */
export function observeRedis(
  registry: Registry,
  whyNoWrites: () => Promise<Error | undefined>,
): void {
  new Gauge({
    name: 'chatlane_redis_writable',
    help: 'Whether Redis accepts writes from this process: 1, or 0',
    registers: [registry],
    async collect() {
      this.set((await whyNoWrites()) === undefined ? 1 : 0);
    },
  });
}

/** All workers export the same values: aggregate them with max, not sum. NaN while Redis is unavailable. */
function gaugeStats(registry: Registry, read: () => Promise<LaneStats>): void {
  const stats = shareReading(read);
  const registers = [registry];
  new Gauge({
    name: 'chatlane_lanes',
    help: 'Lanes by state; the same on every worker',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await stats();
      for (const state of ['waking', 'held', 'resting', 'paused'] as const) {
        this.set({ state }, now?.[state] ?? NaN);
      }
    },
  });
  new Gauge({
    name: 'chatlane_dead_letters',
    help: 'Events given up and kept; the same on every worker',
    registers,
    async collect() {
      this.set((await stats())?.deadLetters ?? NaN);
    },
  });
  new Counter({
    name: 'chatlane_dead_letters_dropped_total',
    help: 'Dead letters dropped because a lane, or all lanes together, had too many; the same on every worker',
    registers,
    async collect() {
      const dropped = (await stats())?.droppedLetters;
      if (dropped === undefined) return;
      this.reset();
      this.inc(dropped);
    },
  });
  new Gauge({
    name: 'chatlane_parked_bodies',
    help: 'Bodies that were acknowledged but are not updates, kept for an operator; the same on every worker',
    registers,
    async collect() {
      this.set((await stats())?.parked ?? NaN);
    },
  });
  new Gauge({
    name: 'chatlane_later_events',
    help: 'Events that wait until they are due; the same on every worker',
    registers,
    async collect() {
      this.set((await stats())?.later ?? NaN);
    },
  });
  new Gauge({
    name: 'chatlane_oldest_event_seconds',
    help: 'Age of the oldest event at the head of a lane; the same on every worker',
    registers,
    async collect() {
      this.set(((await stats())?.oldestEventMs ?? NaN) / 1_000);
    },
  });
  new Gauge({
    name: 'chatlane_outbox_entries',
    help: 'Outbox entries of committed turns that are not delivered yet; the same on every worker',
    registers,
    async collect() {
      this.set((await stats())?.outbox.entries ?? NaN);
    },
  });
  new Gauge({
    name: 'chatlane_oldest_outbox_seconds',
    help: 'Age of the oldest outbox entry; the same on every worker',
    registers,
    async collect() {
      this.set(((await stats())?.outbox.oldestMs ?? NaN) / 1_000);
    },
  });
}
