import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredFile } from '../world/files.js';
import { refuse } from './refuse.js';

/** A byte range: from `start` up to but excluding `end`. */
export interface Part {
  start: number;
  end: number;
}

/**
 * Serves a file, or the part that was asked for when `ranges` are enabled (RFC 9110, section 14).
 *
 * @param options.send replaces the way in which the bytes are sent
 */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  { content, uniqueId }: StoredFile,
  options: { ranges: boolean; type?: string; send?: (part: Part) => Promise<void> },
): Promise<void> {
  const { size } = content;
  const { ranges, type = 'application/octet-stream' } = options;
  const { send = ({ start, end }) => pour(content.pieces(start, end), response) } = options;
  const tag = `"${uniqueId}"`;
  const part = ranges ? partOf(request, size, tag) : undefined;
  if (part && part.start >= part.end) {
    response.setHeader('Content-Range', `bytes */${size}`);
    refuse(response, 416);
    return;
  }
  const { start, end } = part ?? { start: 0, end: size };
  response.writeHead(part ? 206 : 200, {
    'Content-Type': type,
    'Content-Length': end - start,
    ETag: tag,
    ...(ranges && { 'Accept-Ranges': 'bytes' }),
    ...(part && { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === 'HEAD') response.end();
  else await send({ start, end });
}

/** Sends all pieces. Also resolves when the receiver disconnects early. */
export async function pour(
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  response: ServerResponse,
  options: { end: boolean } = { end: true },
): Promise<void> {
  await pipeline(Readable.from(pieces), response, options).catch(() => undefined);
}

/** A single range. Several ranges, or a file that has changed (If-Range), are answered with the whole file. */
function partOf({ headers }: IncomingMessage, size: number, tag: string): Part | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (match === null || (condition !== undefined && condition !== tag)) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '')
    return last === '' ? undefined : { start: Math.max(0, size - +last), end: size };
  return { start: +first, end: last === '' ? size : Math.min(size, +last + 1) };
}
