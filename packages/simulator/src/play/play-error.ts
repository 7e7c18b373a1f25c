/** A user error of the /play API, with a sentence that names the invalid field. */
export class PlayError extends Error {
  override readonly name = 'PlayError';
  constructor(
    readonly status: 400 | 404 | 413,
    message: string,
  ) {
    super(message);
  }
}
