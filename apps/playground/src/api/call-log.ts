import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';

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

export function createCallLog(feed: Feed): CallLog {
  const calls = createTimedLog<Call>(feed, 'call');
  return { ...calls, begin: (call) => calls.begin({ ...call, status: 0, ok: false }) };
}
