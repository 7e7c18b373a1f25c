/**
 * Decides whether turns may run. While the gate is closed, a worker opens no lanes, tries no suspects, and hands its
 * lanes back after their current turn. Their wake-ups wait in the queue, in order, and no attempt is charged. After a
 * `put-off` failure the lane is handed back as well.
 */
export interface Gate {
  /** Whether turns may run now. */
  isOpen(): boolean;
  /** Resolves when the gate is open or the signal is aborted; never rejects. */
  untilOpen(signal: AbortSignal): Promise<void>;
}

/** The gate of a worker that has no gate of its own. */
export const alwaysOpen: Gate = { isOpen: () => true, untilOpen: () => Promise.resolve() };
