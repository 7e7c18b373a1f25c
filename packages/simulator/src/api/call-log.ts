import type { Feed } from '../feed.js';
import { createTimedLog } from '../timed-log.js';

/** One Bot API call. */
export interface Call {
  /** Counts from 1 in the order of arrival. */
  id: number;
  /** The method's name as the Bot API spells it; an unknown name as sent, at most 64 characters. */
  method: string;
  /** The chat that the argument `chat_id` names, if the simulator knows it. */
  chat_id?: number;
  /** The arguments as sent. A file is replaced by its name and size. */
  params: Record<string, unknown>;
  /** When the simulator had received the call, in Unix milliseconds. */
  started_at: number;
  /** When the call was answered or its connection broken, in Unix milliseconds. Absent until then. */
  ended_at?: number;
  /** The HTTP status; 0 while the call is in progress, or when its connection was broken. */
  status: number;
  /** Whether the call succeeded, even if the answer was lost. False while it is in progress. */
  ok: boolean;
  /** The error's description, or why the connection broke. */
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
