import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request } from 'express';

/**
 * A body could not be read. `status` is the response to send: 413, 415 (unknown encoding) or 400 (incomplete or
 * corrupt).
 */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';

  constructor(
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(`The body of the request was not read: ${status}.`, options);
  }
}

/** Called once, with the body or the error. */
type Done = (error: UnreadableBodyError | undefined, body: Buffer) => void;

/**
 * Reads bodies of up to `maxBytes`. A longer one is read to its end and discarded, so that its sender receives the
 * response.
 */
export function createReadBody(
  maxBytes: number,
): (request: IncomingMessage, response: ServerResponse, done: Done) => void {
  const inflate = express.raw({ type: () => true, limit: maxBytes });
  return function readBody(request, response, done) {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding === 'identity') return readPlain(request, maxBytes, done);
    // Telegram does not compress, but a proxy in between may.
    inflate(request, response, (error: unknown) => {
      const body: unknown = (request as Request).body;
      if (error) done(new UnreadableBodyError(statusOf(error), { cause: error }), NOTHING);
      else done(undefined, Buffer.isBuffer(body) ? body : NOTHING);
    });
  };
}

const NOTHING = Buffer.alloc(0);

/** Most bodies arrive in a single chunk, which is passed on without copying. */
function readPlain(request: IncomingMessage, maxBytes: number, done: Done): void {
  let first: Buffer | undefined;
  let others: Buffer[] | undefined;
  let bytes = 0;
  let isDone = false;

  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes > maxBytes) first = others = undefined;
    else if (first === undefined) first = part;
    else (others ??= []).push(part);
  });
  request.on('end', () => {
    isDone = true;
    if (bytes > maxBytes) return done(new UnreadableBodyError(413), NOTHING);
    if (others) return done(undefined, Buffer.concat([first!, ...others], bytes));
    done(undefined, first ?? NOTHING);
  });
  request.on('close', () => {
    if (!isDone) done(new UnreadableBodyError(bytes > maxBytes ? 413 : 400), NOTHING);
  });
}

function statusOf(error: unknown): number {
  const { status } = error as { status?: unknown };
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 400;
}
