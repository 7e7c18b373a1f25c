/**
 * Iterates over a source until a signal fires, even while the source is waiting. Then closes the source and throws the
 * signal's reason.
 */
export async function* untilAborted<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  // Nothing may be awaiting the promise when the signal fires.
  aborted.catch(() => undefined);
  let isDone = false;
  try {
    signal.throwIfAborted();
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      isDone = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited, because a source that is waiting may never return.
    if (!isDone) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
