import { Counter, Histogram, type Registry } from 'prom-client';
import type { FetchObserver } from './fetch/observer.js';
import type { ProcessingObserver } from './processors/observer.js';

/** Prometheus metrics of fetches: received bytes, and events such as resumes and infections. */
export function createFetchMetrics(registry: Registry): Omit<FetchObserver, 'misconfigured'> {
  const registers = [registry];
  const bytes = new Counter({
    name: 'chatlane_fetched_bytes_total',
    help: 'Received bytes of files, including those of failed fetches',
    registers,
  });
  const events = new Counter({
    name: 'chatlane_fetch_events_total',
    help: 'Events of fetches: resumed, link_renewed, infected, not_quarantined',
    labelNames: ['event'] as const,
    registers,
  });
  for (const event of ['resumed', 'link_renewed', 'infected', 'not_quarantined'])
    events.inc({ event }, 0);
  return {
    bytes: (count) => bytes.inc(count),
    resumed: () => events.inc({ event: 'resumed' }),
    linkRenewed: () => events.inc({ event: 'link_renewed' }),
    notQuarantined: () => events.inc({ event: 'not_quarantined' }),
    infected: () => events.inc({ event: 'infected' }),
  };
}

/** Prometheus metrics of processors: their outcomes, and the time from a stored file to the result. */
export function createProcessingMetrics(
  registry: Registry,
): Pick<ProcessingObserver, 'ended' | 'trouble'> {
  const registers = [registry];
  const ended = new Counter({
    name: 'chatlane_processed_total',
    help: 'Files that processors ran on, by processor and outcome (done, gone, or the failure)',
    labelNames: ['processor', 'outcome'] as const,
    registers,
  });
  const took = new Histogram({
    name: 'chatlane_processing_seconds',
    help: 'Time from a stored file to the result of a processor',
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800],
    registers,
  });
  const troubles = new Counter({
    name: 'chatlane_processing_troubles_total',
    help: 'Errors outside of processors, by operation',
    labelNames: ['what'] as const,
    registers,
  });
  return {
    ended(processor, outcome, tookMs) {
      ended.inc({ processor, outcome });
      took.observe(Math.max(0, tookMs) / 1_000);
    },
    trouble: (what) => troubles.inc({ what }),
  };
}
