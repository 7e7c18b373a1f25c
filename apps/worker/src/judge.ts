import type { Verdict } from '@chatlane/lanes';

/** Reads what an error asks for: those of the road out say so in `nextAction`; any other asks for another try. */
export function judge(error: unknown): Verdict {
  if (!(error instanceof Error) || !('nextAction' in error)) return { next: 'retry' };
  if (error.nextAction === 'never') return { next: 'never' };
  if (
    error.nextAction === 'retry-after' &&
    'retryAfterMs' in error &&
    typeof error.retryAfterMs === 'number'
  ) {
    return { next: 'wait', forMs: error.retryAfterMs };
  }
  return { next: 'retry' };
}
