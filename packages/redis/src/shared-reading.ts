/**
 * Calls that are made while `read` runs share its result, such as all gauges of a scrape. Undefined while Redis is
 * unavailable: a failure of `read` is not reported.
 */
export function shareReading<T>(read: () => Promise<T>): () => Promise<T | undefined> {
  let reading: Promise<T | undefined> | undefined;
  return () =>
    (reading ??= read()
      .catch(() => undefined)
      .finally(() => (reading = undefined)));
}
