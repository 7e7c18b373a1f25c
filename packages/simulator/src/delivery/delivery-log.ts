import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';
import type { QueuedUpdate } from './update-queue.js';

/** How a delivery ended. `lost-ack`: the webhook answered, and the simulator ignored the answer. */
export type DeliveryOutcome = 'pending' | 'ok' | 'failed' | 'dropped' | 'lost-ack';

/** An attempt to deliver an update to the webhook, or its expiry (`dropped`). Times are Unix milliseconds. */
export interface Delivery {
  id: number;
  update_id: number;
  kind: string;
  lane: string;
  /** 1 for the first. */
  attempt: number;
  started_at: number;
  ended_at?: number;
  status?: number;
  error?: string;
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
