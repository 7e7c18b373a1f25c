/** An error in the Bot API's own words: its status code, `description` and `parameters`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: { retry_after?: number; migrate_to_chat_id?: number } & Record<
      string,
      unknown
    >,
  ) {
    super(description);
  }
}

/** 400 `Bad Request: <what>`. */
export function badRequest(what: string): ApiError {
  return new ApiError(400, `Bad Request: ${what}`);
}

/** The answer of a basic group that has become a supergroup (telegram-bot-api, Client::check_chat_access). */
export function upgraded(migrate_to_chat_id: number): ApiError {
  const description = 'Bad Request: group chat was upgraded to a supergroup chat';
  return new ApiError(400, description, { migrate_to_chat_id });
}

/** 403 `Forbidden: <what>`. */
export function forbidden(what: string): ApiError {
  return new ApiError(403, `Forbidden: ${what}`);
}

/** 409 `Conflict: <what>`. */
export function conflict(what: string): ApiError {
  return new ApiError(409, `Conflict: ${what}`);
}

/** @param seconds whole real seconds, at least 1. */
export function tooManyRequests(seconds: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

export const notFound = new ApiError(404, 'Not Found');
export const methodNotFound = new ApiError(404, 'Not Found: method not found');
export const unauthorized = new ApiError(401, 'Unauthorized');
