/** A refusal of the user-side API: a sentence that names the field. */
export class PlayError extends Error {
  override readonly name = 'PlayError';
  constructor(
    readonly status: 400 | 404 | 413,
    message: string,
  ) {
    super(message);
  }
}
