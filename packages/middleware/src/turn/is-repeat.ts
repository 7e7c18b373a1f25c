import type { TurnInfo } from './turn.js';

/** Whether the event of this turn was handled before, whether or not that counted as an attempt. */
export function isRepeat(turn: Pick<TurnInfo, 'attempt' | 'isRepeat'>): boolean {
  return turn.isRepeat ?? turn.attempt > 1;
}
