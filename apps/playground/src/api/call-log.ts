import type { Feed } from '../feed.js';
import { createRing } from '../ring.js';

/** One Bot API call. `params` are as sent, files by name and size only. Times in Unix milliseconds. */
export interface Call {
  id: number;
  method: string;
  chat_id?: number;
  params: Record<string, unknown>;
  started_at: number;
  ended_at?: number;
  /** The HTTP status; 0 while it is under way or when the connection was broken on purpose. */
  status: number;
  ok: boolean;
  error?: string;
}

export interface CallLog {
  begin(call: Pick<Call, 'method' | 'params' | 'chat_id'>): Call;
  end(call: Call, end: Pick<Call, 'status' | 'ok' | 'error'>): void;
  list(range: { since?: number | undefined; limit?: number | undefined }): Call[];
}

const capacity = 100_000;

export function createCallLog(feed: Feed): CallLog {
  const calls = createRing<Call>(capacity);
  return {
    begin(call) {
      const begun = calls.add({ ...call, started_at: Date.now(), status: 0, ok: false });
      feed.publish('call', () => ({ ...begun }));
      return begun;
    },
    end(call, end) {
      Object.assign(call, end, { ended_at: Date.now() });
      feed.publish('call', () => ({ ...call }));
    },
    list: (range) => calls.list(range),
  };
}
