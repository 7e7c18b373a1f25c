import { Counter, Histogram, type Registry } from 'prom-client';
import { boundedMethod } from './bot-api-methods.js';
import { priorities } from './interceptor.js';
import type { ClientObserver } from './observer.js';

/** Puts the road on Prometheus: calls by method and outcome, their duration, flood waits and resends. */
export function createClientMetrics(registry: Registry): ClientObserver {
  const registers = [registry];
  const calls = new Counter({
    name: 'chatlane_telegram_calls_total',
    help: 'Bot API calls that have ended, by method and outcome (ok, or the next action the error asks for)',
    labelNames: ['method', 'outcome'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'chatlane_telegram_call_duration_seconds',
    help: 'Time from a call to its end in seconds, waits and resends included',
    labelNames: ['method'] as const,
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const floodWait = new Counter({
    name: 'chatlane_telegram_flood_wait_seconds_total',
    help: 'Seconds that calls were told to wait by 429 and waited on the road',
    labelNames: ['method'] as const,
    registers,
  });
  const resends = new Counter({
    name: 'chatlane_telegram_resends_total',
    help: 'Requests sent once more because the road was broken',
    labelNames: ['method'] as const,
    registers,
  });
  const effects = new Counter({
    name: 'chatlane_telegram_effects_total',
    help: 'Calls that a journal knew: replayed (not sent again), repeated (their answer was lost), unknown (given up)',
    labelNames: ['event'] as const,
    registers,
  });
  // An alert sees the first one only if the series is there before it.
  for (const event of ['replayed', 'repeated', 'unknown'] as const) effects.inc({ event }, 0);
  const permissionWait = new Counter({
    name: 'chatlane_telegram_permission_wait_seconds_total',
    help: 'Seconds that calls waited for permission (a pause, a place in line, the pace), by priority',
    labelNames: ['priority'] as const,
    registers,
  });
  for (const priority of priorities) permissionWait.inc({ priority }, 0);
  return {
    onWaited({ priority, waitedMs }) {
      permissionWait.inc({ priority }, waitedMs / 1_000);
    },
    onCall({ method, outcome, durationMs }) {
      const label = boundedMethod(method);
      calls.inc({ method: label, outcome });
      duration.observe({ method: label }, durationMs / 1_000);
    },
    onFloodWait({ method, waitMs }) {
      floodWait.inc({ method: boundedMethod(method) }, waitMs / 1_000);
    },
    onEffect({ event }) {
      effects.inc({ event });
    },
    onResend({ method }) {
      resends.inc({ method: boundedMethod(method) });
    },
  };
}
