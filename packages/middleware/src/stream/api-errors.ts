/** Telegram's `error_code` of a failed call. Undefined for other errors. */
export function errorCodeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  // Telegraf's own errors call it `code`.
  return 'errorCode' in error ? error.errorCode : 'code' in error ? error.code : undefined;
}

/** Whether Telegram could not parse the markup of a text, which is likely in an unfinished answer. */
export function isBrokenMarkup(error: unknown): boolean {
  if (errorCodeOf(error) !== 400 || !(error instanceof Error)) return false;
  const description = 'description' in error ? String(error.description) : error.message;
  return /can't parse (message text|entities)|ENTITY_BOUNDS_INVALID/i.test(description);
}
