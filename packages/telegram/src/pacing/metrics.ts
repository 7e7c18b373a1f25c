import { Counter, Gauge, type Registry } from 'prom-client';
import { boundedMethod } from '../bot-api-methods.js';
import { sharedOperations } from '../pauses/pauses.js';
import type { LimitsObserver, TelegramLimits } from '../limits.js';

const KINDS = ['chat', 'method', 'bulk', 'bot'] as const;

/** Puts what is learned about Telegram's limits on Prometheus: 429s, inferences, and what could not be shared. */
export function createLimitsMetrics(registry: Registry): LimitsObserver {
  const registers = [registry];
  const floods = new Counter({
    name: 'chatlane_telegram_floods_total',
    help: 'Calls that Telegram answered with 429',
    labelNames: ['method'] as const,
    registers,
  });
  const inferences = new Counter({
    name: 'chatlane_telegram_inferences_total',
    help: 'Floods of several chats that paused more than those chats, by scope (method, bulk, bot)',
    labelNames: ['scope'] as const,
    registers,
  });
  const unshared = new Counter({
    name: 'chatlane_telegram_unshared_total',
    help: 'Operations on limits for which Redis did not answer: the process went on with what it knew',
    labelNames: ['operation'] as const,
    registers,
  });
  // An alert sees the first count of a series only if the series is there before it.
  for (const scope of KINDS) inferences.inc({ scope }, 0);
  for (const operation of sharedOperations) unshared.inc({ operation }, 0);
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

/** Puts the present pauses and the rate of bulk sends on Prometheus. */
export function observeLimits(registry: Registry, limits: TelegramLimits): void {
  const registers = [registry];
  new Gauge({
    name: 'chatlane_telegram_pauses',
    help: 'Scopes that wait out a 429 now, as this process knows them',
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
    help: 'Bulk sends a second that the whole deployment may make now',
    registers,
    collect() {
      this.set(limits.bulkPerSecond);
    },
  });
}

function kindOf(scope: string): string {
  return scope.split(' ', 1)[0]!;
}
