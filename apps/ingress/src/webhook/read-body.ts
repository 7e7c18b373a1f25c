import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Request } from 'express';

/** Why a body was not read, as the status to answer with: 413, 415 (unknown encoding), 400 (cut off or damaged). */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';

  constructor(
    readonly status: number,
    options?: ErrorOptions,
  ) {
    super(`The body of the request was not read: ${status}.`, options);
  }
}

/** Calls back once, with the body or with why there is none. */
type Done = (error: UnreadableBodyError | undefined, body: Buffer) => void;

/** Reads bodies of at most `maxBytes`. A longer one is read to its end, so that its sender gets the answer. */
export function createReadBody(
  maxBytes: number,
): (request: IncomingMessage, response: ServerResponse, done: Done) => void {
  const inflate = express.raw({ type: () => true, limit: maxBytes });
  return function readBody(request, response, done) {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding === 'identity') return readPlain(request, maxBytes, done);
    // Telegram compresses nothing; a proxy in between may.
    inflate(request, response, (error: unknown) => {
      const body: unknown = (request as Request).body;
      if (error) done(new UnreadableBodyError(statusOf(error), { cause: error }), NOTHING);
      else done(undefined, Buffer.isBuffer(body) ? body : NOTHING);
    });
  };
}

const NOTHING = Buffer.alloc(0);

/** Nearly every body comes in one part, which is passed on as it is. */
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
