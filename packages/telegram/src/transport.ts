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
  pool: Dispatcher;
  /** The Bot API server. A path of its own ends with a slash. */
  apiRoot: string;
  token: string;
  /** Milliseconds. */
  callTimeoutMs: number;
  /** Milliseconds, for calls that upload files and for getFile. */
  uploadTimeoutMs: number;
  /** Follows each request. Default: only the time limit does. */
  watch?: WatchRequest | undefined;
}

/**
 * The end of the chain: one HTTP request, under a time limit and the call's signal, both of which abort it.
 *
 * Plain calls are sent as JSON, calls with files as a form. Throws RefusedCall, LostCall or SourceFailure.
 */
export function createTransport(options: TransportOptions): Send {
  const { pool, token, callTimeoutMs, uploadTimeoutMs } = options;
  const { origin, pathname } = new URL(options.apiRoot);
  const pathOf = (method: string) => `${pathname}bot${token}/${encodeURIComponent(method)}`;

  return async function transport({ method, payload, signal, graceMs = 0 }) {
    if (signal.aborted && graceMs === 0) throw new LostCall('aborted', false);
    const isUpload = carriesUpload(payload);
    // getFile answers when the Bot API server has fetched the file, which may take as long as an upload.
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
      const request = end.start(() => httpPost({ pool, origin, path, headers, body }));
      return parseResponse(await request.answer);
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

/** The bytes of a body, whose watch is told when the connection asks for more. */
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

/** As Telegraf does: a field that is null is one that was not given. Leaving them out by itself costs several times as much. */
function toJson(payload: object): string {
  const json = JSON.stringify(payload);
  return json.includes('null') ? JSON.stringify(payload, withoutNulls) : json;
}

function withoutNulls(_: string, value: unknown): unknown {
  return value ?? undefined;
}

interface Circumstances {
  upload: Upload | undefined;
  /** How long the request waited in milliseconds, when its time limit has passed or its watch has cut it. */
  expiredMs: number | undefined;
}

function failureOf(error: unknown, { upload, expiredMs }: Circumstances): unknown {
  const silence = `within ${expiredMs} ms`;
  if (upload?.failure !== undefined) {
    return expiredMs === undefined ? upload.failure : new SourceFailure(`no bytes ${silence}`);
  }
  if (!(error instanceof ConnectionFailure)) return error;
  // A form that was not handed over to its end cannot have been carried out.
  const maybeSent = error.wasWritten && upload?.isComplete !== false;
  if (expiredMs !== undefined) return new LostCall(`no answer ${silence}`, maybeSent);
  return new LostCall(describe(error.cause), maybeSent, error.cause);
}

/** Errors of several addresses, tried in turn, are joined in one that has no message. */
function describe(error: unknown): string {
  if (!types.isNativeError(error)) return 'the connection failed';
  const all = 'errors' in error ? (error.errors as Error[]) : [error];
  return all.map(({ message, name }) => message || name).join('; ');
}
