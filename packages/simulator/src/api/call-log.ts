import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';

/** One Bot API call. `params` are as sent, with files reduced to name and size. Times are Unix milliseconds. */
export interface Call {
  id: number;
  method: string;
  chat_id?: number;
  params: Record<string, unknown>;
  started_at: number;
  ended_at?: number;
  /** The HTTP status; 0 while the call is in progress or when a fault broke its connection. */
  status: number;
  ok: boolean;
  error?: string;
}

/** The newest 100,000 calls, each published to the feed when it begins and when it ends. */
export interface CallLog {
  begin(call: Pick<Call, 'method' | 'params' | 'chat_id'>): Call;
  end(call: Call, end: Pick<Call, 'status' | 'ok' | 'error'>): void;
  /** Calls after id `since`, oldest first, at most `limit`; without `since`, the newest `limit`. */
  list(range: { since?: number | undefined; limit?: number | undefined }): Call[];
}

export function createCallLog(feed: Feed): CallLog {
  const calls = createTimedLog<Call>(feed, 'call');
  return { ...calls, begin: (call) => calls.begin({ ...call, status: 0, ok: false }) };
}
