import type { TurnInfo } from './turn.js';

/** Whether the event of this turn was handled before, in an attempt that was counted or not. */
export function isRepeat(turn: Pick<TurnInfo, 'attempt' | 'isRepeat'>): boolean {
  return turn.isRepeat ?? turn.attempt > 1;
}
