import type { MessagePort } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { Inspection } from '../fetch/content/inspect-content.js';
import type { FoundFile } from '../fetch/find-file.js';
import { createEngine, type EngineSettings } from './engine.js';
import type { Order, Report } from './messages.js';
import { outcomeOf, unpackError, valueOf, type Outcome } from './outcome.js';

/** How often a fetch tells of its progress. */
const TELL_EVERY_MS = 100;

/** The thread's side: does what it is told through a port with an engine of its own. */
export function serveFetches(port: MessagePort, settings: EngineSettings): void {
  const numbers = new Map<DownloadRequest, number>();
  const stops = new Map<number, AbortController>();
  /** What the main thread was asked, by its number. */
  const finds = new Map<number, (found: Outcome<FoundFile>) => void>();
  const inspections = new Map<number, (inspected: Outcome<Inspection>) => void>();
  let lastAsked = 0;
  let bytes = 0;

  const engine = createEngine(settings, {
    /** The main thread has the road to Telegram. */
    async findFile(request, { isDecisive }) {
      const find = (lastAsked += 1);
      const found = await new Promise<Outcome<FoundFile>>((resolve) => {
        finds.set(find, resolve);
        tell({ report: 'find', find, fetch: numbers.get(request) ?? 0, isDecisive });
      });
      finds.delete(find);
      return valueOf(found);
    },
    /** So that what a file does to the one who looks into it is not done to its own thread. */
    async inspect(request, path) {
      const inspect = (lastAsked += 1);
      const inspected = await new Promise<Outcome<Inspection>>((resolve) => {
        inspections.set(inspect, resolve);
        tell({ report: 'inspect', inspect, fetch: numbers.get(request) ?? 0, path });
      });
      inspections.delete(inspect);
      return valueOf(inspected);
    },
    observer: {
      bytes: (count) => void (bytes += count),
      resumed: () => tell({ report: 'resumed' }),
      linkRenewed: () => tell({ report: 'linkRenewed' }),
      notQuarantined: () => tell({ report: 'notQuarantined' }),
      infected: (about) => tell({ report: 'infected', about }),
      misconfigured: (about) => tell({ report: 'misconfigured', about }),
    },
  });

  port.on('message', (order: Order) => {
    switch (order.order) {
      case 'fetch':
        return void fetchFile(order);
      case 'stop':
        return stops.get(order.fetch)?.abort(unpackError(order.reason));
      case 'ping':
        return tell({ report: 'pong', ping: order.ping });
      case 'inspected':
        return inspections.get(order.inspect)?.(order);
      case 'found':
        return finds.get(order.find)?.(order);
    }
  });
  void outcomeOf(engine.start()).then((outcome) => tell({ report: 'started', ...outcome }));

  async function fetchFile({
    fetch,
    request,
    attempt,
  }: Extract<Order, { order: 'fetch' }>): Promise<void> {
    const stop = new AbortController();
    numbers.set(request, fetch);
    stops.set(fetch, stop);
    let toldAt = 0;
    const fetched = engine.fetchFile(request, {
      attempt,
      signal: stop.signal,
      onProgress(received, size) {
        const now = performance.now();
        if (now - toldAt < TELL_EVERY_MS) return;
        toldAt = now;
        tell({ report: 'progress', fetch, received, size });
        tellBytes();
      },
    });
    const outcome = await outcomeOf(fetched);
    numbers.delete(request);
    stops.delete(fetch);
    tellBytes();
    tell({ report: 'ended', fetch, ...outcome });
  }

  function tell(report: Report): void {
    port.postMessage(report);
  }

  function tellBytes(): void {
    if (bytes > 0) tell({ report: 'bytes', count: bytes });
    bytes = 0;
  }
}
