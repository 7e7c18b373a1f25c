/** What the Bot API answers when it refuses a call. */
export interface ErrorResponse {
  error_code: number;
  description: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** The server has refused the call. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  readonly answer: ErrorResponse;

  constructor(answer: ErrorResponse) {
    super(answer.description);
    this.answer = answer;
  }
}

/** The server's answer to the call is not known. */
export class LostCall extends Error {
  override readonly name = 'LostCall';
  /** False: no whole request has reached the server. */
  readonly maybeSent: boolean;

  constructor(message: string, maybeSent: boolean, cause?: unknown) {
    super(message, { cause });
    this.maybeSent = maybeSent;
  }
}

/** The file that a call was to send could not be read. The message names no path and no URL, as both may be secret. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}
