import { Gauge, type Registry } from 'prom-client';
import { boundedMethod } from '../bot-api-methods.js';
import { createCounter } from '../counter.js';
import { sharedOperations } from '../pauses/pauses.js';
import type { LimitsObserver, TelegramLimits } from '../limits.js';

const KINDS = ['chat', 'method', 'bulk', 'bot'] as const;

/**
 * Registers Prometheus metrics of what is learned about Telegram's limits: 429s, inferences, and failures to share
 * them.
 */
export function createLimitsMetrics(registry: Registry): LimitsObserver {
  const floods = createCounter(registry, {
    name: 'chatlane_telegram_floods_total',
    help: 'Calls that Telegram responded to with 429',
    label: 'method',
  });
  const inferences = createCounter(registry, {
    name: 'chatlane_telegram_inferences_total',
    help: 'Times that 429s in several chats led to a pause of a wider scope (method, bulk, bot)',
    label: 'scope',
    values: KINDS,
  });
  const unshared = createCounter(registry, {
    name: 'chatlane_telegram_unshared_total',
    help: 'Operations on shared limits that failed because Redis did not respond; the process used what it knew',
    label: 'operation',
    values: sharedOperations,
  });
  return {
    onFlood({ method }) {
      floods.inc({ method: boundedMethod(method) });
    },
    onInference({ scope }) {
      inferences.inc({ scope: kindOf(scope) });
    },
    onPausesUnshared({ operation }) {
      unshared.inc({ operation });
    },
  };
}

/** Registers Prometheus metrics of the current pauses and the rate of bulk sends. */
export function observeLimits(registry: Registry, limits: TelegramLimits): void {
  const registers = [registry];
  new Gauge({
    name: 'chatlane_telegram_pauses',
    help: 'Scopes that are currently paused, as known to this process',
    labelNames: ['scope'] as const,
    registers,
    collect() {
      const kinds = limits.pauses.known().map(({ scope }) => kindOf(scope));
      for (const scope of KINDS) {
        this.set({ scope }, kinds.filter((kind) => kind === scope).length);
      }
    },
  });
  new Gauge({
    name: 'chatlane_telegram_longest_pause_seconds',
    help: 'Seconds until the longest pause ends, by scope',
    labelNames: ['scope'] as const,
    registers,
    collect() {
      const known = limits.pauses.known();
      for (const scope of KINDS) {
        const longest = known.find((entry) => kindOf(entry.scope) === scope);
        this.set({ scope }, (longest?.leftMs ?? 0) / 1_000);
      }
    },
  });
  new Gauge({
    name: 'chatlane_telegram_bulk_rate',
    help: 'Current rate of bulk sends for the whole deployment, per second',
    registers,
    collect() {
      this.set(limits.bulkPerSecond);
    },
  });
}

function kindOf(scope: string): string {
  return scope.split(' ', 1)[0]!;
}
