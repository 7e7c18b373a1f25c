/** A path segment, percent-decoded. Empty when it is malformed, so that it matches nothing. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
