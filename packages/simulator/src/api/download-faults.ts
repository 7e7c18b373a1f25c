import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { DownloadFault } from '../faults.js';
import type { Content } from '../world/content.js';
import type { StoredFile } from '../world/files.js';
import { refuse } from './refuse.js';
import { pour, serveFile, type Part } from './serve-file.js';

/** A private-network address that answers nothing: a client that follows the redirect can be caught doing so. */
const privateAddress = 'http://169.254.169.254/latest/meta-data/';
const dripsPerSecond = 10;

/** Answers a download as a broken or hostile server would. */
export async function spoil(
  request: IncomingMessage,
  response: ServerResponse,
  file: StoredFile,
  { fault, ranges }: { fault: DownloadFault; ranges: boolean },
): Promise<void> {
  const { content } = file;
  const serve = (send: (part: Part) => Promise<void>) =>
    serveFile(request, response, file, { ranges, send });
  switch (fault.kind) {
    case 'file-status':
      return refuse(response, fault.status ?? 404, fault.retryAfter);
    case 'file-expire':
      return refuse(response, 404);
    case 'file-redirect':
      response.writeHead(302, { Location: fault.location ?? privateAddress });
      response.end();
      return;
    case 'file-cut':
      return serve(async (part) => {
        await pour(beginningOf(content, part, fault), response, { end: false });
        response.socket?.destroySoon();
      });
    case 'file-stall':
      return serve((part) =>
        pour(thenSilence(beginningOf(content, part, fault), response), response),
      );
    case 'file-drip':
      return serve((part) => pour(drip(content, part, fault.bytes ?? 100), response));
    case 'file-length':
      // Without a Content-Length, only the size from getFile reveals the mismatch.
      return pour(otherLength(content, content.size + (fault.bytes ?? -1)), response);
    case 'file-endless':
      return pour(endless(content), response);
  }
}

/** The first `fault.bytes` of the requested part, or half of it by default. */
function beginningOf({ pieces }: Content, { start, end }: Part, fault: DownloadFault) {
  const { bytes = Math.floor((end - start) / 2) } = fault;
  return pieces(start, Math.min(end, start + Math.max(0, bytes)));
}

async function* thenSilence(pieces: Iterable<Buffer>, response: ServerResponse) {
  yield* pieces;
  await once(response, 'close');
}

async function* drip({ pieces }: Content, { start, end }: Part, bytesPerSecond: number) {
  const step = Math.max(1, Math.round(bytesPerSecond / dripsPerSecond));
  for (let at = start; at < end; at += step) {
    yield* pieces(at, Math.min(end, at + step));
    await wait((step / bytesPerSecond) * 1_000, undefined, { ref: false });
  }
}

function* otherLength({ size, pieces }: Content, length: number) {
  yield* pieces(0, Math.min(size, Math.max(0, length)));
  if (length > size) yield Buffer.alloc(length - size);
}

function* endless({ pieces }: Content) {
  for (;;) yield* pieces();
}
