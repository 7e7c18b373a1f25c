import type { Feed } from '../feed.js';
import { createRing } from '../ring.js';
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

const capacity = 100_000;

export function createDeliveryLog(feed: Feed): DeliveryLog {
  const deliveries = createRing<Delivery>(capacity);
  return {
    begin(update, attempt) {
      const delivery = deliveries.add({
        update_id: update.updateId,
        kind: update.kind,
        lane: update.lane,
        attempt,
        started_at: Date.now(),
        outcome: 'pending',
      });
      feed.publish('delivery', () => ({ ...delivery }));
      return delivery;
    },
    end(delivery, end) {
      Object.assign(delivery, end, { ended_at: Date.now() });
      feed.publish('delivery', () => ({ ...delivery }));
    },
    list: (range) => deliveries.list(range),
  };
}
