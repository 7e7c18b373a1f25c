/**
 * Waits for an answer, but not for ever. The work itself goes on; what comes of it later is dropped.
 *
 * @throws what `late` makes; by default an Error that says how long it was
 */
export function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  late = (): Error => new Error(`no answer within ${timeoutMs} ms`),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), timeoutMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
