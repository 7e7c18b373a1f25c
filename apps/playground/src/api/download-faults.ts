import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { DownloadFault } from '../faults.js';
import type { Content } from '../world/content.js';
import type { StoredFile } from '../world/files.js';
import { refuse } from './refuse.js';
import { pour } from './serve-file.js';

/** An address of a private network that answers nothing: who follows it can be shown to have followed. */
const privateAddress = 'http://169.254.169.254/latest/meta-data/';
const dripsPerSecond = 10;

/** Answers a download as a broken or hostile server would. A range that is asked for is ignored. */
export async function spoil(
  response: ServerResponse,
  { content }: StoredFile,
  fault: DownloadFault,
): Promise<void> {
  const { size } = content;
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
      response.writeHead(200, { 'Content-Length': size });
      await pour(content.pieces(0, partOf(size, fault)), response, { end: false });
      response.socket?.destroySoon();
      return;
    case 'file-stall':
      response.writeHead(200, { 'Content-Length': size });
      return pour(thenSilence(content.pieces(0, partOf(size, fault)), response), response);
    case 'file-drip':
      response.writeHead(200, { 'Content-Length': size });
      return pour(drip(content, fault.bytes ?? 100), response);
    case 'file-length':
      // Without a length of its own, nothing but the file's declared size tells.
      return pour(otherLength(content, size + (fault.bytes ?? -1)), response);
    case 'file-endless':
      return pour(endless(content), response);
  }
}

function partOf(size: number, { bytes = Math.floor(size / 2) }: DownloadFault): number {
  return Math.min(size, Math.max(0, bytes));
}

async function* thenSilence(pieces: Iterable<Buffer>, response: ServerResponse) {
  yield* pieces;
  await once(response, 'close');
}

async function* drip({ size, pieces }: Content, bytesPerSecond: number) {
  const step = Math.max(1, Math.round(bytesPerSecond / dripsPerSecond));
  for (let at = 0; at < size; at += step) {
    yield* pieces(at, Math.min(size, at + step));
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
