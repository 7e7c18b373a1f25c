/** From this attempt on, about twenty seconds after the first, errors that could be temporary are treated as final. */
const DECISIVE_ATTEMPT = 4;

/** Whether errors that could be temporary are treated as final now. */
export function isDecisive(attempt: number, attempts: number): boolean {
  return attempt >= Math.min(DECISIVE_ATTEMPT, attempts);
}
