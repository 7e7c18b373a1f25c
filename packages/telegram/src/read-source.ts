import { types } from 'node:util';
import { SourceFailure } from './transport-errors.js';

interface ReadOptions {
  /** Wraps each wait for the next chunk. */
  waitFor: <T>(work: () => Promise<T>) => Promise<T>;
  /** Aborts the read, even if the source never yields another chunk. */
  signal: AbortSignal;
}

/** Yields the bytes of a stream or another async iterable, and closes it if reading stops early. */
export async function* readSource(
  source: AsyncIterable<unknown>,
  { waitFor, signal }: ReadOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: ((reason: Error) => void) | undefined;
  const stop = () => giveUp?.(new SourceFailure('the upload was aborted'));
  signal.addEventListener('abort', stop, { once: true });
  let isOver = false;

  function next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      giveUp = reject;
      if (signal.aborted) stop();
      else iterator.next().then(resolve, reject);
    });
  }

  try {
    for (;;) {
      const chunk = await waitFor(async () => {
        const result = await next();
        return result.done ? undefined : toBytes(result.value);
      });
      if (chunk === undefined) break;
      yield chunk;
    }
    isOver = true;
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited, because a source that hangs would hang here too.
    if (!isOver) void iterator.return?.().catch(() => undefined);
  }
}

function toBytes(chunk: unknown): Uint8Array {
  if (types.isUint8Array(chunk)) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  throw new SourceFailure('it yields something other than bytes');
}
