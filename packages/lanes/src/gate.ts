/**
 * Says whether turns may run now. While it is closed a worker opens no lanes, runs no suspects, and hands its lanes back
 * after the turn in hand: their wake-ups wait in the queue, in order, and no attempt is charged. A failure that is
 * nobody's fault (`put-off`) hands the lane back, too.
 */
export interface Gate {
  isOpen(): boolean;
  /** Resolves, never rejects, when it is open or the signal fires. */
  untilOpen(signal: AbortSignal): Promise<void>;
}

export const alwaysOpen: Gate = { isOpen: () => true, untilOpen: () => Promise.resolve() };
