/**
 * What TDLib's `is_empty_string` and `clean_input_string` remove or treat as space: white space, control characters,
 * fillers, zero-width characters, direction marks, tags, and three combining lines.
 */
const invisible =
  /^(?:[\s\p{Cc}\u180e\u200b-\u200f\u202a-\u202e\u2800\ufffc\u{e0000}-\u{e007f}]|\u030a|\u0333|\u033f)*$/u;

/**
 * Whether Telegram refuses a text as empty, because it has only white space and invisible characters such as U+200B.
 */
export function isBlank(text: string): boolean {
  return invisible.test(text);
}
