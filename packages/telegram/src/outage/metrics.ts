import { Gauge, type Registry } from 'prom-client';
import type { Outage } from './outage.js';

const SCOPES = ['deployment', 'process'] as const;

/** Registers a Prometheus gauge of Telegram outages; 0 while Telegram is reachable. */
export function createOutageMetrics(registry: Registry, outage: Outage): void {
  new Gauge({
    name: 'chatlane_telegram_away_seconds',
    help: 'Seconds for which Telegram has been unreachable; scope=process: only this process cannot reach it',
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
