/**
 * The states of a broadcast: a draft is previewed, then scheduled; it runs, may be paused, and is finished when every
 * recipient has an outcome.
 */
export const broadcastStates = [
  'draft',
  'previewed',
  'scheduled',
  'running',
  'paused',
  'finished',
  'cancelled',
] as const;

/** The state of a broadcast. */
export type BroadcastState = (typeof broadcastStates)[number];

/** An operation that the broadcast's state does not allow, or a broadcast that does not exist. */
export class BroadcastError extends Error {
  override readonly name = 'BroadcastError';
}

/** @throws BroadcastError unless `state` is one of `allowed` */
export function requireState(
  id: number,
  state: string,
  allowed: readonly BroadcastState[],
  operation: string,
): void {
  if ((allowed as readonly string[]).includes(state)) return;
  throw new BroadcastError(
    state === ''
      ? `There is no broadcast ${id}.`
      : `Broadcast ${id} is ${state}; only one that is ${allowed.join(' or ')} can be ${operation}.`,
  );
}
