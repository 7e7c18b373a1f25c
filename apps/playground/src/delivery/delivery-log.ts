import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';
import type { QueuedUpdate } from './update-queue.js';

export type DeliveryOutcome = 'pending' | 'ok' | 'failed' | 'dropped' | 'lost-ack';

/** One attempt to hand an update to the webhook, or its end without one (`dropped`). Times in Unix milliseconds. */
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

export interface DeliveryLog {
  begin(update: QueuedUpdate, attempt: number): Delivery;
  end(delivery: Delivery, end: Pick<Delivery, 'outcome' | 'status' | 'error'>): void;
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
