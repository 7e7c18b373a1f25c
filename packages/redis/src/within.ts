/**
 * Waits for an answer, but not for ever. The work itself goes on; what comes of it later is dropped.
 *
 * @throws what `late` makes; by default an Error that says how long it was
 */
export async function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  late = (): Error => new Error(`no answer within ${timeoutMs} ms`),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
