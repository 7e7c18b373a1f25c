/**
 * Calls that are made while `read` runs, such as those of all gauges of a scrape, share its result. The result is
 * undefined while Redis is unavailable: a failure of `read` is not reported.
 */
export function shareReading<T>(read: () => Promise<T>): () => Promise<T | undefined> {
  let reading: Promise<T | undefined> | undefined;
  return () =>
    (reading ??= read()
      .catch(() => undefined)
      .finally(() => (reading = undefined)));
}
