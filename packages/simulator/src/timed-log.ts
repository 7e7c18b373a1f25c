import type { Feed, FeedEvent } from './feed.js';
import { createRing, type Ring } from './ring.js';

interface Timed {
  id: number;
  /** Unix milliseconds. */
  started_at: number;
  /** Unix milliseconds. Absent while it is under way. */
  ended_at?: number;
}

/** The latest 100,000 records. Each is published as `event` when it begins and again when it ends. */
export interface TimedLog<T extends Timed> {
  begin(record: Omit<T, 'id' | 'started_at' | 'ended_at'>): T;
  end(record: T, fields: Partial<T>): void;
  list: Ring<T>['list'];
}

const capacity = 100_000;

export function createTimedLog<T extends Timed>(feed: Feed, event: FeedEvent): TimedLog<T> {
  const records = createRing<T>(capacity);
  return {
    begin(fields) {
      const record = records.add({ ...fields, started_at: Date.now() } as Omit<T, 'id'>);
      feed.publish(event, () => ({ ...record }));
      return record;
    },
    end(record, fields) {
      Object.assign(record, fields, { ended_at: Date.now() });
      feed.publish(event, () => ({ ...record }));
    },
    list: (range) => records.list(range),
  };
}
