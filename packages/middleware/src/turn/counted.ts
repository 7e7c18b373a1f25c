/** The events that the middleware counts: the values of the label `what` of `chatlane_middleware_total`. */
export type Counted = (typeof countedEvents)[number];
export const countedEvents = [
  /** A stored session could not be migrated or did not match the schema, and was set aside. */
  'session-set-aside',
  /** A stored session was of an older version and was migrated. */
  'session-migrated',
  /** A session grew beyond `maxBytes`, and its turn failed. */
  'session-too-large',
  /** A handler wrote a session that its schema rejects or JSON cannot hold, and its turn failed. */
  'session-invalid',
  /** A turn found a session that newer code wrote, and left the event to another attempt. */
  'session-newer',
  /** An update was over the rate limit. */
  'rate-limited',
  /** Redis did not answer the rate limiter, so the process applied the limit by itself. */
  'rate-limit-insured',
  /** A button's data was not signed by this bot. */
  'button-forged',
  /** A button was made by another version of the bot, or had expired. */
  'button-outdated',
  /** A button was pressed by a user it is not bound to. */
  'button-not-yours',
  /** A button was pressed that its menu no longer has. The menu was drawn again. */
  'button-changed',
  /** The payload of a deep link was not signed by this bot, or does not fit its schema. */
  'link-refused',
  /** A chat action or an intermediate state of a streamed answer could not be shown. A later one replaces it. */
  'progress-failed',
  /** A streamed answer was complete while Telegram accepted no calls for its chat, and is delivered later. */
  'stream-deferred',
  /** Telegram could not parse the markup of a final text, which was then sent as plain text. */
  'stream-markup-refused',
  /** An effect with an unknown outcome was repeated, skipped, or left to an operator. */
  'effect-unknown-repeat',
  'effect-unknown-skip',
  'effect-unknown-ask',
  /** A handler ended while calls to the Bot API were under way. */
  'calls-pending',
] as const;
