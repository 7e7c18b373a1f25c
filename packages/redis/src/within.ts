/**
 * Waits for `work`, but no longer than `timeoutMs`. The work itself is not cancelled; a later outcome is ignored.
 *
 * @throws the error that `late` returns, by default one that names the time limit
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
