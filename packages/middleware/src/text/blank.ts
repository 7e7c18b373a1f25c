/**
 * What TDLib's `is_empty_string` and `clean_input_string` remove or take for space: `\s` and control characters, fillers,
 * zero-width characters, marks of direction, tags, and three combining lines.
 */
const unseen =
  /^(?:[\s\p{Cc}\u180e\u200b-\u200f\u202a-\u202e\u2800\ufffc\u{e0000}-\u{e007f}]|\u030a|\u0333|\u033f)*$/u;

/**
 * Whether Telegram calls a text empty and refuses to send it: it has nothing but white space and characters that are
 * not seen, such as U+200B.
 */
export function isBlank(text: string): boolean {
  return unseen.test(text);
}
