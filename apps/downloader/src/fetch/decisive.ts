/** From this attempt on, some twenty seconds after the first, what may be a passing fault is taken for final. */
const DECISIVE_ATTEMPT = 4;

/** Whether what may be a passing fault is taken for final now. */
export function isDecisive(attempt: number, attempts: number): boolean {
  return attempt >= Math.min(DECISIVE_ATTEMPT, attempts);
}
