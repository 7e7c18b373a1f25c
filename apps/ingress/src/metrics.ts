import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import {
  fileLinkOutcomes,
  notStoredReasons,
  outcomes,
  pollFailures as pollFailureReasons,
  refusals,
  sources,
  type IngressObserver,
  type NotStored,
  type PollingState,
} from './observer.js';

const pollingStates: readonly PollingState[] = ['waiting', 'polling', 'failing', 'stopped'];

/** Registers the ingress's Prometheus metrics. */
export function createIngressMetrics(registry: Registry): IngressObserver {
  const registers = [registry];
  const updates = new Counter({
    name: 'chatlane_ingress_updates_total',
    help: 'Bodies received, by source and outcome: stored, duplicate, parked (not an update, stored for an operator), and those that Telegram sends again: unavailable (Redis did not confirm), lane_full (LANE_CEILING), memory_full (REDIS_MEMORY_BUDGET).',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'chatlane_ingress_push_duration_seconds',
    help: 'Seconds from reading a body to the confirmation by Redis; failures are not included.',
    labelNames: ['source'],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const memory = new Gauge({
    name: 'chatlane_redis_memory_ratio',
    help: 'Share of maxmemory used on the fullest Redis node; 0 without a maxmemory. The same on every ingress.',
    registers,
  });
  const refused = new Counter({
    name: 'chatlane_ingress_refused_requests_total',
    help: 'Rejected requests to the webhook and to /events, by reason: wrong_secret, wrong_method, too_large, unreadable, invalid_event; and connections closed in favor of newer ones before they sent a valid request: too_many_connections.',
    labelNames: ['reason'],
    registers,
  });
  const polling = new Gauge({
    name: 'chatlane_ingress_polling_state',
    help: '1 for the state of long polling in this process, 0 for the others: waiting (another process polls), polling, failing, stopped.',
    labelNames: ['state'],
    registers,
  });
  const pollFailures = new Counter({
    name: 'chatlane_ingress_poll_failures_total',
    help: 'Failed polls, by reason: conflict, flood, token, answer (invalid response), network, storage (updates could not be stored).',
    labelNames: ['reason'],
    registers,
  });
  const fileLinks = new Counter({
    name: 'chatlane_ingress_file_links_total',
    help: 'Requests for file links, by outcome: sent, redirected (to the storage), cut (disconnected), expired, forged, missing (deleted), busy (too many downloads), unavailable (the storage did not respond).',
    labelNames: ['outcome'],
    registers,
  });
  const fileBytes = new Counter({
    name: 'chatlane_ingress_file_bytes_total',
    help: 'Bytes of files that were sent completely.',
    registers,
  });
  // An alert on increase() misses the first event unless the series already exists.
  for (const source of sources) {
    for (const outcome of [...outcomes, ...notStoredReasons.map(labelOf)]) {
      updates.inc({ source, outcome }, 0);
    }
  }
  for (const reason of refusals) refused.inc({ reason }, 0);
  for (const reason of pollFailureReasons) pollFailures.inc({ reason }, 0);
  for (const outcome of fileLinkOutcomes) fileLinks.inc({ outcome }, 0);
  return {
    stored(source, outcome, durationMs) {
      updates.inc({ source, outcome });
      duration.observe({ source }, durationMs / 1_000);
    },
    notStored: (source, reason) => updates.inc({ source, outcome: labelOf(reason) }),
    memory: (share) => memory.set(share),
    refused: (reason) => refused.inc({ reason }),
    polling(current) {
      for (const state of pollingStates) polling.set({ state }, state === current ? 1 : 0);
    },
    pollFailed: (reason) => pollFailures.inc({ reason }),
    fileLink(outcome, { bytes = 0 } = {}) {
      fileLinks.inc({ outcome });
      fileBytes.inc(bytes);
    },
  };
}

function labelOf(reason: NotStored): string {
  return reason.replace('-', '_');
}
