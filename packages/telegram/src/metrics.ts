import { Counter, Histogram, type Registry } from 'prom-client';
import { boundedMethod } from './bot-api-methods.js';
import { createCounter } from './counter.js';
import { priorities } from './interceptor.js';
import type { ClientObserver } from './observer.js';

/**
 * Registers the client's Prometheus metrics: calls by method and outcome, their duration, waits, resends and journal
 * hits.
 */
export function createClientMetrics(registry: Registry): ClientObserver {
  const registers = [registry];
  const calls = new Counter({
    name: 'chatlane_telegram_calls_total',
    help: 'Bot API calls that ended, by method and outcome (ok, failed, or the next action that the error asks for)',
    labelNames: ['method', 'outcome'] as const,
    registers,
  });
  const duration = new Histogram({
    name: 'chatlane_telegram_call_duration_seconds',
    help: 'Duration of calls in seconds, including waits and resends',
    labelNames: ['method'] as const,
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const floodWait = createCounter(registry, {
    name: 'chatlane_telegram_flood_wait_seconds_total',
    help: 'Seconds that calls waited inside the client because of a 429',
    label: 'method',
  });
  const resends = createCounter(registry, {
    name: 'chatlane_telegram_resends_total',
    help: 'Requests sent again after a network or server error',
    label: 'method',
  });
  const effects = createCounter(registry, {
    name: 'chatlane_telegram_effects_total',
    help: 'Calls that the turn journal had recorded: replayed (not sent again), repeated (their response was lost), unknown (not repeated)',
    label: 'event',
    values: ['replayed', 'repeated', 'unknown'],
  });
  const permissionWait = createCounter(registry, {
    name: 'chatlane_telegram_permission_wait_seconds_total',
    help: 'Seconds that calls waited for the rate limits (a pause, a queue, the pace of a group), by priority',
    label: 'priority',
    values: priorities,
  });
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
