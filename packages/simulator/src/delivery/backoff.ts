/** The delays after the first failures, in milliseconds; later ones are 60 to 120 s (WebhookActor::on_update_error). */
const firstDelaysMs = [0, 2_000, 4_000, 8_000, 16_000, 32_000];
const longestRetryAfterS = 3_600;

/**
 * How long Telegram waits after the n-th failure of an update in a row.
 *
 * @param failures 1 after the first failure
 * @param random returns numbers in [0, 1)
 */
export function delayAfterFailureMs(failures: number, random: () => number): number {
  const fixed = firstDelaysMs[failures - 1];
  if (fixed !== undefined) return fixed;
  return failures === firstDelaysMs.length + 1
    ? 60_000 + random() * 4_000
    : 60_000 + random() * 60_000;
}

/** The delay in a `Retry-After` header, at most an hour. Undefined when Telegram ignores it (a date, 0, garbage). */
export function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+$/.test(header.trim())) return undefined;
  const seconds = Math.min(Number(header), longestRetryAfterS);
  return seconds === 0 ? undefined : seconds * 1_000;
}
