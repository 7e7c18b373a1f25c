/** What the middleware has counted; see `chatlane_middleware_total` for each. */
export type Counted = (typeof countedThings)[number];
export const countedThings = [
  /** A stored session fitted no version or schema and was put aside. */
  'session-set-aside',
  /** A stored session was of an older version and was migrated. */
  'session-migrated',
  /** A session grew beyond its size; its turn failed. */
  'session-too-large',
  /** A handler wrote what its session's schema does not accept; its turn failed. */
  'session-invalid',
  /** A turn met a session of newer code, and left it to another attempt. */
  'session-newer',
  /** An update was over the rate limit. */
  'rate-limited',
  /** Redis did not answer the rate limiter: the process limited by itself. */
  'rate-limit-insured',
  /** A button's data was not signed by this bot. */
  'button-forged',
  /** A button was of another version of the bot, or past its life. */
  'button-outdated',
  /** A button was pressed by somebody else than the user it is bound to. */
  'button-not-yours',
  /** A state of a streamed answer, or a chat action, could not be shown; a later one replaces it. */
  'progress-failed',
  /** A streamed answer was complete while Telegram took no calls for its chat: it is delivered later. */
  'stream-deferred',
  /** Telegram could not read the markup of a final text: it was sent as written. */
  'stream-markup-refused',
  /** An effect whose outcome was unknown was done again, left out, or put to an operator. */
  'effect-unknown-repeat',
  'effect-unknown-skip',
  'effect-unknown-ask',
  /** A handler ended with calls to the Bot API under way. */
  'calls-pending',
] as const;
