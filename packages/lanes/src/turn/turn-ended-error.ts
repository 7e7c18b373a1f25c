/** A turn that has ended was asked to stage or to begin something. */
export class TurnEndedError extends Error {
  override name = 'TurnEndedError';
}
