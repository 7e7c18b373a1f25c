import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';
import type { QueuedUpdate } from './update-queue.js';

/** How a delivery ended. `lost-ack`: the webhook answered, and the simulator ignored the answer. */
export type DeliveryOutcome = 'pending' | 'ok' | 'failed' | 'dropped' | 'lost-ack';

/** An attempt to deliver an update to the webhook, or its expiry (`dropped`). */
export interface Delivery {
  /** Counts from 1 in the order of the attempts. */
  id: number;
  /** The `update_id` of the update. */
  update_id: number;
  /** The kind of the update, such as `message`. */
  kind: string;
  /** Telegram's lane of the update: it has at most one delivery in flight. */
  lane: string;
  /** The number of the attempt, from 1. A `dropped` update has the number of its last attempt, or 0. */
  attempt: number;
  /** When the attempt began, in Unix milliseconds. */
  started_at: number;
  /** When the attempt ended, in Unix milliseconds. Absent until then. */
  ended_at?: number;
  /** The HTTP status of the answer; absent when there was none. */
  status?: number;
  /** Why the attempt failed, in Telegram's words. */
  error?: string;
  /** How the attempt ended; `pending` until then. */
  outcome: DeliveryOutcome;
}

/** The newest 100,000 deliveries, each published to the feed when it begins and when it ends. */
export interface DeliveryLog {
  begin(update: QueuedUpdate, attempt: number): Delivery;
  end(delivery: Delivery, end: Pick<Delivery, 'outcome' | 'status' | 'error'>): void;
  /** Deliveries after id `since`, oldest first, at most `limit`; without `since`, the newest `limit`. */
  list(range: { since?: number | undefined; limit?: number | undefined }): Delivery[];
}

export function createDeliveryLog(feed: Feed): DeliveryLog {
  const deliveries = createTimedLog<Delivery>(feed, 'delivery');
  return {
    ...deliveries,
    begin: ({ updateId, kind, lane }, attempt) =>
      deliveries.begin({ update_id: updateId, kind, lane, attempt, outcome: 'pending' }),
  };
}
