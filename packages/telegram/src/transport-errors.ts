/** The Bot API's response to a call that it rejects. */
export interface ErrorResponse {
  error_code: number;
  description: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** The server rejected the call. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  readonly response: ErrorResponse;

  constructor(response: ErrorResponse) {
    super(response.description);
    this.response = response;
  }
}

/** The call got no usable response. */
export class LostCall extends Error {
  override readonly name = 'LostCall';
  /** False when no complete request reached the server. */
  readonly maybeSent: boolean;

  constructor(message: string, maybeSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.maybeSent = maybeSent;
  }
}

/** A file to be uploaded could not be read. The message contains no path and no URL, because both may be secret. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}
