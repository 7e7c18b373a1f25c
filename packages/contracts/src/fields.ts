import { createHash } from 'node:crypto';

/** A JSON object whose fields nobody has checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value if it is a JSON object; arrays, null and scalars are none. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** The `id` of a chat or a user: an integer of up to 53 bits, as its decimal text. */
export function idOf(value: unknown): string | undefined {
  const id = asFields(value)?.['id'];
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

/**
 * An opaque identifier as a bounded part of a lane's name. A plain one stays readable; any other is
 * hashed, behind a `~` that no plain one can hold, so that two identifiers never become one.
 */
export function namePart(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^[A-Za-z0-9_-]{1,64}$/.test(value)) return value;
  // UTF-16, because UTF-8 would turn every unpaired surrogate into the same character.
  return `~${createHash('sha256').update(value, 'utf16le').digest('base64url')}`;
}
