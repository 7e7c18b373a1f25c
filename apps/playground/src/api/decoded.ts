/** A part of a path without its percent signs; empty, and so fitting nothing, when it is malformed. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
