import type { MessagePort } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { Inspection } from '../fetch/content/inspect-content.js';
import type { FoundFile } from '../fetch/find-file.js';
import { createEngine, type EngineSettings } from './engine.js';
import type { Order, Report } from './messages.js';
import { outcomeOf, unpackError, valueOf, type Outcome } from './outcome.js';

/** How often a fetch reports its progress, in milliseconds. */
const REPORT_EVERY_MS = 100;

/** The thread's side: executes orders from a port with an engine of its own. */
export function serveFetches(port: MessagePort, settings: EngineSettings): void {
  const numbers = new Map<DownloadRequest, number>();
  const stops = new Map<number, AbortController>();
  /** Pending requests to the main thread, by number. */
  const finds = new Map<number, (found: Outcome<FoundFile>) => void>();
  const inspections = new Map<number, (inspected: Outcome<Inspection>) => void>();
  let lastAsked = 0;
  let bytes = 0;

  const engine = createEngine(settings, {
    /** The main thread has the Telegram client. */
    async findFile(request, { isDecisive }) {
      const find = (lastAsked += 1);
      const found = await new Promise<Outcome<FoundFile>>((resolve) => {
        finds.set(find, resolve);
        send({ report: 'find', find, fetch: numbers.get(request) ?? 0, isDecisive });
      });
      finds.delete(find);
      return valueOf(found);
    },
    /** Inspected elsewhere, so that a malicious file cannot block this thread. */
    async inspect(request, path) {
      const inspect = (lastAsked += 1);
      const inspected = await new Promise<Outcome<Inspection>>((resolve) => {
        inspections.set(inspect, resolve);
        send({ report: 'inspect', inspect, fetch: numbers.get(request) ?? 0, path });
      });
      inspections.delete(inspect);
      return valueOf(inspected);
    },
    observer: {
      bytes: (count) => void (bytes += count),
      resumed: () => send({ report: 'resumed' }),
      linkRenewed: () => send({ report: 'linkRenewed' }),
      notQuarantined: () => send({ report: 'notQuarantined' }),
      infected: (about) => send({ report: 'infected', about }),
      misconfigured: (about) => send({ report: 'misconfigured', about }),
    },
  });

  port.on('message', (order: Order) => {
    switch (order.order) {
      case 'fetch':
        return void fetchFile(order);
      case 'stop':
        return stops.get(order.fetch)?.abort(unpackError(order.reason));
      case 'ping':
        return send({ report: 'pong', ping: order.ping });
      case 'inspected':
        return inspections.get(order.inspect)?.(order);
      case 'found':
        return finds.get(order.find)?.(order);
    }
  });
  void outcomeOf(engine.start()).then((outcome) => send({ report: 'started', ...outcome }));

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
        if (now - toldAt < REPORT_EVERY_MS) return;
        toldAt = now;
        send({ report: 'progress', fetch, received, size });
        sendBytes();
      },
    });
    const outcome = await outcomeOf(fetched);
    numbers.delete(request);
    stops.delete(fetch);
    sendBytes();
    send({ report: 'ended', fetch, ...outcome });
  }

  function send(report: Report): void {
    port.postMessage(report);
  }

  function sendBytes(): void {
    if (bytes > 0) send({ report: 'bytes', count: bytes });
    bytes = 0;
  }
}
