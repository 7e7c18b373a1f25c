import { types } from 'node:util';
import type { Dispatcher } from 'undici';
import type { Send } from './interceptor.js';
import { ConnectionFailure, httpPost } from './http-post.js';
import { createUpload, type Upload } from './multipart.js';
import { carriesUpload } from './payload.js';
import type { RequestWatch, WatchRequest } from './outage/silence-watch.js';
import { onAbort } from './on-abort.js';
import { parseResponse } from './parse-response.js';
import { RequestDeadline } from './request-deadline.js';
import { LostCall, SourceFailure } from './transport-errors.js';

interface TransportOptions {
  /** Keeps its connections for further requests. */
  pool: Dispatcher;
  /** Opens a connection for each request. Default: `pool`. */
  newConnections?: Dispatcher;
  /** URL of the Bot API server; its path ends with a slash. */
  apiRoot: string;
  token: string;
  /** Milliseconds that a call may take. */
  callTimeoutMs: number;
  /** Milliseconds that a call which uploads files, and getFile, may take. */
  uploadTimeoutMs: number;
  /** Watches each request for silence. Default: only the time limit applies. */
  watch?: WatchRequest | undefined;
}

/**
 * The end of the chain: sends one HTTP request, which the time limit and the call's signal abort. Plain calls are sent
 * as JSON, calls with files as a form. Rejects with RefusedCall, LostCall or SourceFailure.
 */
export function createTransport(options: TransportOptions): Send {
  const { pool, newConnections = pool, token, callTimeoutMs, uploadTimeoutMs } = options;
  const { origin, pathname } = new URL(options.apiRoot);
  const pathOf = (method: string) => `${pathname}bot${token}/${encodeURIComponent(method)}`;

  return async function transport(call) {
    const { method, payload, signal, graceMs = 0 } = call;
    if (signal.aborted && graceMs === 0) throw new LostCall('aborted', false);
    const isUpload = carriesUpload(payload);
    // A local Bot API server responds to getFile only once it has downloaded the file, which may take as long as an
    // upload.
    const limitMs = isUpload || method === 'getFile' ? uploadTimeoutMs : callTimeoutMs;
    const startedAt = performance.now();
    const end = new RequestDeadline();
    const timer = setTimeout(() => end.expire(), limitMs);
    const watch = options.watch?.(() => end.expire());
    const remove = onAbort(signal, () => end.abortAfter(graceMs));
    let upload: Upload | undefined;
    try {
      if (isUpload) {
        upload = createUpload(payload, { pool, signal: end.signal });
        await upload.open();
      }
      const body = upload ? watched(upload.body, watch) : toJson(payload);
      const headers = upload?.headers ?? jsonHeaders;
      const path = pathOf(method);
      const through = call.needsNewConnection ? newConnections : pool;
      const request = end.start(() => httpPost({ pool: through, origin, path, headers, body }));
      return parseResponse(await request.response);
    } catch (error) {
      const waitedMs = Math.min(limitMs, Math.round(performance.now() - startedAt));
      throw failureOf(error, { upload, expiredMs: end.isExpired ? waitedMs : undefined });
    } finally {
      clearTimeout(timer);
      watch?.end();
      remove();
      end.close();
      upload?.close();
    }
  };
}

/** Passes the body's chunks on, and notifies the watch whenever the connection asks for more. */
async function* watched(
  body: AsyncIterable<Uint8Array>,
  watch: RequestWatch | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of body) {
    watch?.progressed();
    yield chunk;
  }
}

const jsonHeaders = { 'content-type': 'application/json' };

/**
 * Omits null fields, as Telegraf does. The replacer makes serialization several times slower, so it is used only if
 * needed.
 */
function toJson(payload: object): string {
  const json = JSON.stringify(payload);
  return json.includes('null') ? JSON.stringify(payload, withoutNulls) : json;
}

function withoutNulls(_: string, value: unknown): unknown {
  return value ?? undefined;
}

interface Circumstances {
  upload: Upload | undefined;
  /** Milliseconds that the request waited; undefined unless the time limit or the watch aborted it. */
  expiredMs: number | undefined;
}

function failureOf(error: unknown, { upload, expiredMs }: Circumstances): unknown {
  const silence = `within ${expiredMs} ms`;
  if (upload?.failure !== undefined) {
    return expiredMs === undefined ? upload.failure : new SourceFailure(`no bytes ${silence}`);
  }
  if (!(error instanceof ConnectionFailure)) return error;
  // An upload that was not sent completely cannot have been carried out.
  const maybeSent = error.wasWritten && upload?.isComplete !== false;
  if (expiredMs !== undefined) return new LostCall(`no response ${silence}`, maybeSent);
  return new LostCall(describe(error.cause), maybeSent, error.cause);
}

/** When several addresses were tried, Node.js throws an AggregateError without a message. */
function describe(error: unknown): string {
  if (!types.isNativeError(error)) return 'the connection failed';
  const all = 'errors' in error ? (error.errors as Error[]) : [error];
  return all.map(({ message, name }) => message || name).join('; ');
}
