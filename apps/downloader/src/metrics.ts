import { Counter, type Registry } from 'prom-client';
import type { FetchObserver } from './fetch/observer.js';

/** Puts fetching on Prometheus: bytes as they arrive, what went on, what was asked for again, what was found. */
export function createFetchMetrics(registry: Registry): Omit<FetchObserver, 'misconfigured'> {
  const registers = [registry];
  const bytes = new Counter({
    name: 'chatlane_fetched_bytes_total',
    help: 'Bytes of files that have arrived, those of fetches that failed included',
    registers,
  });
  const events = new Counter({
    name: 'chatlane_fetch_events_total',
    help: 'What happened to fetches: resumed where an earlier one stopped, link_renewed, infected',
    labelNames: ['event'] as const,
    registers,
  });
  for (const event of ['resumed', 'link_renewed', 'infected']) events.inc({ event }, 0);
  return {
    bytes: (count) => bytes.inc(count),
    resumed: () => events.inc({ event: 'resumed' }),
    linkRenewed: () => events.inc({ event: 'link_renewed' }),
    infected: () => events.inc({ event: 'infected' }),
  };
}
