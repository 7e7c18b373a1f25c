import { Gauge, type Registry } from 'prom-client';
import type { Outage } from './outage.js';

const SCOPES = ['deployment', 'process'] as const;

/** Puts an outage of Telegram on Prometheus; 0 in calm weather. */
export function createOutageMetrics(registry: Registry, outage: Outage): void {
  new Gauge({
    name: 'chatlane_telegram_away_seconds',
    help: 'For how long Telegram has not been reached; scope process: this process alone does not reach it',
    labelNames: ['scope'] as const,
    registers: [registry],
    collect() {
      const state = outage.state();
      for (const scope of SCOPES) {
        this.set({ scope }, state?.scope === scope ? state.sinceMs / 1_000 : 0);
      }
    },
  });
}
