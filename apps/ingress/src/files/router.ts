import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { ConnectionGuard } from '@chatlane/runtime';
import {
  fileLinksPath,
  safeHeaders,
  type FileLinks,
  type OpenLink,
  type ReadableStorage,
} from '@chatlane/storage';
import { Router, type Request, type Response } from 'express';
import type { IngressObserver } from '../observer.js';
import { readRange } from './read-range.js';

/** A client that reads nothing for this long is disconnected. */
const IDLE_MS = 60_000;
/**
 * The slowest permitted rate. A download ends when its link has expired and it has had enough time at this rate, so that
 * no client occupies a slot forever.
 */
const SLOW_BYTES_PER_SECOND = 16 * 1024;
/** The share of all download slots that one link may use. */
const LINK_SHARE = 1 / 5;
/** The longest delay that Node.js timers support. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/**
 * The limit of concurrent downloads. They get at most half of the guard's connections, because updates use the same
 * port.
 */
const MAX_DOWNLOADS = 500;
/** The storage's own link is followed at once, so it may expire sooner than ours. */
const REDIRECT_SECONDS = 300;

/** Make untrusted files harmless in a browser: they cannot run scripts and do not leak their URL. */
const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  'Cache-Control': 'private, no-store',
};

/** Options of `createFilesRouter`. */
export interface FilesRouterOptions {
  links: Pick<FileLinks, 'open'>;
  storage: Pick<ReadableStorage, 'get' | 'stat' | 'link'>;
  observer: Pick<IngressObserver, 'fileLink'>;
  /** Once it returns true, responses close their connections, so that none delays the shutdown. */
  stopping: () => boolean;
  guard: Pick<ConnectionGuard, 'most' | 'protect'>;
  /**
   * Milliseconds that a download of this size may take, even if the link expires. Default: 60 s plus the time at 16
   * KiB/s.
   */
  maxMs?: (bytes: number) => number;
}

/** `GET` and `HEAD /files/<signed>`: responds with the linked file or with a status that does not say what is wrong. */
export function createFilesRouter(options: FilesRouterOptions): Router {
  const { links, storage, observer, guard } = options;
  const maxDownloads = Math.min(MAX_DOWNLOADS, Math.floor(guard.most / 2));
  const maxDownloadsOfLink = Math.max(1, Math.floor(maxDownloads * LINK_SHARE));
  const { maxMs = (bytes) => IDLE_MS + (bytes / SLOW_BYTES_PER_SECOND) * 1_000 } = options;
  /** The number of running downloads of each link. */
  const downloadsByLink = new Map<string, number>();
  let sending = 0;

  function refuse(response: Response, status: number, headers: Record<string, string> = {}): void {
    response.status(status).set(headers).end();
  }

  async function serve(request: Request, response: Response): Promise<void> {
    const file = links.open(request.originalUrl);
    if (file === 'forged' || file === 'expired') {
      observer.fileLink(file);
      return refuse(response, file === 'expired' ? 410 : 404, { Connection: 'close' });
    }
    const ofLink = downloadsByLink.get(request.path) ?? 0;
    if (ofLink >= maxDownloadsOfLink) {
      observer.fileLink('busy');
      return refuse(response, 503, { 'Retry-After': '5' });
    }
    const release = guard.protect(request.socket);
    downloadsByLink.set(request.path, ofLink + 1);
    try {
      await answer(request, response, file);
    } finally {
      release();
      const left = (downloadsByLink.get(request.path) ?? 1) - 1;
      if (left > 0) downloadsByLink.set(request.path, left);
      else downloadsByLink.delete(request.path);
    }
  }

  async function answer(request: Request, response: Response, file: OpenLink): Promise<void> {
    const found = await storage.stat(file.key);
    if (!found) {
      observer.fileLink('missing');
      return refuse(response, 404);
    }
    if (request.method === 'GET' && storage.link) {
      const expiresInSeconds = secondsLeft(file);
      const location = await storage.link(file.key, { ...file, expiresInSeconds });
      observer.fileLink('redirected');
      return refuse(response, 302, { Location: location });
    }
    await send(request, response, file, found.size);
  }

  async function send(
    request: Request,
    response: Response,
    file: OpenLink,
    size: number,
  ): Promise<void> {
    const { contentType, contentDisposition } = safeHeaders(file);
    const etag = etagOf(file.key, size);
    response.set({
      ETag: etag,
      'Accept-Ranges': 'bytes',
      'Content-Disposition': contentDisposition,
    });
    // Not with response.set, which would add a charset.
    response.setHeader('Content-Type', contentType);
    const ifRange = request.headers['if-range'];
    const isSame = ifRange === undefined || ifRange === etag;
    const part =
      request.method === 'GET' && isSame ? readRange(request.headers.range, size) : undefined;
    if (part === 'unsatisfiable') {
      return refuse(response, 416, { 'Content-Range': `bytes */${size}` });
    }
    const { start, end } = part ?? { start: 0, end: size - 1 };
    if (part) response.status(206).set('Content-Range', `bytes ${start}-${end}/${size}`);
    response.set('Content-Length', String(end - start + 1));
    if (request.method === 'HEAD') return void response.end();

    const opened = await storage.get(file.key, part);
    if (!opened) {
      observer.fileLink('missing');
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      return refuse(response, 404, securityHeaders);
    }
    response.setTimeout(IDLE_MS, () => response.destroy());
    const allowedMs = Math.max(maxMs(end - start + 1), file.expiresAt - Date.now());
    const timer = setTimeout(() => response.destroy(), Math.min(allowedMs, MAX_TIMER_MS));
    try {
      await pipeline(opened.stream, response);
      observer.fileLink('sent', { bytes: end - start + 1 });
    } catch {
      // The client or the storage disconnected: the response is shorter than its Content-Length.
      observer.fileLink('cut');
    } finally {
      clearTimeout(timer);
    }
  }

  const router = Router({ caseSensitive: true });
  router.use(fileLinksPath, async (request, response) => {
    response.set(securityHeaders);
    if (options.stopping()) response.set('Connection', 'close');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(response, 405, { Allow: 'GET, HEAD' });
    }
    if (sending >= maxDownloads) {
      observer.fileLink('busy');
      return refuse(response, 503, { 'Retry-After': '5' });
    }
    sending += 1;
    try {
      await serve(request, response);
    } catch (error) {
      observer.fileLink('unavailable', { error });
      if (response.headersSent) response.destroy();
      else refuse(response, 503, { 'Retry-After': '5' });
    } finally {
      sending -= 1;
    }
  });
  return router;
}

function secondsLeft({ expiresAt }: OpenLink): number {
  return Math.max(1, Math.min(REDIRECT_SECONDS, Math.ceil((expiresAt - Date.now()) / 1_000)));
}

/** Files are immutable, so the key identifies the content. */
function etagOf(key: string, size: number): string {
  return `"${createHash('sha256').update(`${key}\n${size}`).digest('base64url').slice(0, 22)}"`;
}
