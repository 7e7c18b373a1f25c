import type { Clock } from '../clock.js';
import type { Faults } from '../faults.js';
import { delayAfterFailureMs, retryAfterMs } from './backoff.js';
import type { DeliveryLog } from './delivery-log.js';
import type { QueuedUpdate, UpdateQueue } from './update-queue.js';
import type { PostResult, WebhookPoster } from './webhook-post.js';

/**
 * Delivers the queue to one webhook with fixed settings; changed settings need a new sender.
 *
 * A lane is idle (nothing to send), ready, in flight, or waiting after a failure. Each lane has at most one request in
 * flight, for its head; lanes run concurrently up to maxConnections. At most twice as many lanes are loaded, so many
 * failing lanes block the others too, as at Telegram (WebhookActor::load_updates).
 */
export interface WebhookSender {
  /** Abandons requests in flight. Their updates stay queued for the next sender. */
  stop(): void;
}

export interface WebhookSenderOptions {
  queue: UpdateQueue;
  poster: WebhookPoster;
  maxConnections: number;
  clock: Clock;
  faults: Faults;
  log: DeliveryLog;
  random: () => number;
  /** Called on each failure with Telegram's wording, as in getWebhookInfo's last_error_message. */
  onError: (message: string) => void;
}

interface Lane {
  updates: QueuedUpdate[];
  /** All attempts at the head. */
  attempts: number;
  /** The failures of the head that lengthen its back-off. */
  failures: number;
  /** Whether the head was acknowledged and is being sent again by a `duplicate` fault. */
  repeated: boolean;
}

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { queue, poster, maxConnections, clock, faults, log, random, onError } = options;
  const lanes = new Map<string, Lane>();
  const unloaded: Lane[] = [];
  const ready: Lane[] = [];
  let loaded = 0;
  let inFlight = 0;
  let stopped = false;

  function enqueue(update: QueuedUpdate): void {
    const known = lanes.get(update.lane);
    if (known) {
      known.updates.push(update);
      return;
    }
    const lane: Lane = { updates: [update], attempts: 0, failures: 0, repeated: false };
    lanes.set(update.lane, lane);
    unloaded.push(lane);
    pump();
  }

  function pump(): void {
    while (loaded < 2 * maxConnections && unloaded.length > 0) {
      loaded += 1;
      ready.push(unloaded.shift() as Lane);
    }
    while (!stopped && inFlight < maxConnections && ready.length > 0) {
      const lane = ready.shift() as Lane;
      const update = lane.updates[0] as QueuedUpdate;
      if (clock.elapsedMs() > update.expiresAtMs) {
        drop(lane, update);
        continue;
      }
      inFlight += 1;
      void attempt(lane, update);
    }
  }

  async function attempt(lane: Lane, update: QueuedUpdate): Promise<void> {
    lane.attempts += 1;
    const delivery = log.begin(update, lane.attempts);
    const fault = faults.forDelivery(update.chatId);
    if (fault.delayMs > 0) await clock.wait(fault.delayMs);
    const result: PostResult =
      fault.status === undefined && !stopped
        ? await poster.post(update.body, { reset: fault.reset })
        : { status: fault.status ?? 0, reason: 'injected', retryAfter: fault.retryAfter };
    inFlight -= 1;
    const arrived = result.status !== undefined && result.status >= 200 && result.status < 300;
    const { status } = result;
    if (stopped) {
      log.end(delivery, { outcome: 'failed', error: 'Webhook was changed' });
    } else if (arrived && !fault.loseAck) {
      log.end(delivery, { outcome: 'ok', status: result.status });
      const repeat = fault.duplicate && !lane.repeated;
      lane.repeated = true;
      if (repeat) ready.push(lane);
      else advance(lane, update);
    } else {
      const error = describe(result, fault.loseAck);
      const outcome = arrived ? 'lost-ack' : 'failed';
      log.end(delivery, { outcome, error, ...(status === undefined ? {} : { status }) });
      onError(error);
      fail(lane, update, result);
    }
    pump();
  }

  function fail(lane: Lane, update: QueuedUpdate, result: PostResult): void {
    let waitMs = result.status === undefined ? undefined : retryAfterMs(result.retryAfter);
    if (waitMs === undefined) {
      lane.failures += 1;
      waitMs = delayAfterFailureMs(lane.failures, random);
    }
    if (clock.elapsedMs() + waitMs > update.expiresAtMs) {
      drop(lane, update);
      return;
    }
    clock.after(waitMs, () => {
      ready.push(lane);
      pump();
    });
  }

  function drop(lane: Lane, update: QueuedUpdate): void {
    log.end(log.begin(update, lane.attempts), { outcome: 'dropped' });
    advance(lane, update);
  }

  function advance(lane: Lane, update: QueuedUpdate): void {
    queue.remove(update);
    lane.updates.shift();
    lane.attempts = 0;
    lane.failures = 0;
    lane.repeated = false;
    if (lane.updates.length > 0) {
      ready.push(lane);
      return;
    }
    lanes.delete(update.lane);
    loaded -= 1;
  }

  for (const update of queue.pending()) enqueue(update);
  const unsubscribe = queue.onPush(enqueue);
  return {
    stop() {
      stopped = true;
      unsubscribe();
      poster.close();
    },
  };
}

function describe(result: PostResult, lostAck: boolean): string {
  if (result.status === undefined) return result.error;
  if (lostAck) return 'Connection reset by peer';
  return `Wrong response from the webhook: ${result.status} ${result.reason}`;
}
