import { Counter, Histogram, type Registry } from 'prom-client';
import type { FetchObserver } from './fetch/observer.js';
import type { ProcessingObserver } from './processors/observer.js';

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
    help: 'What happened to fetches: resumed where an earlier one stopped, link_renewed, infected, not_quarantined',
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

/** Puts processing on Prometheus: what came of it, and how long files waited for that. */
export function createProcessingMetrics(
  registry: Registry,
): Pick<ProcessingObserver, 'ended' | 'trouble'> {
  const registers = [registry];
  const ended = new Counter({
    name: 'chatlane_processed_total',
    help: 'Files that processors ran over, by processor and outcome (done, gone, or why not)',
    labelNames: ['processor', 'outcome'] as const,
    registers,
  });
  const took = new Histogram({
    name: 'chatlane_processing_seconds',
    help: 'Time from a stored file to the answer of a processor',
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 1_800],
    registers,
  });
  const troubles = new Counter({
    name: 'chatlane_processing_troubles_total',
    help: 'Faults outside of a processor, by what was being done',
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
