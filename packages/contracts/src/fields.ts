import { createHash } from 'node:crypto';

/** A JSON object whose fields have not been validated. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value if it is a JSON object; undefined for arrays, null and scalars. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** The `id` of a chat or a user, an integer of up to 53 bits, as decimal text. */
export function idOf(value: unknown): string | undefined {
  const id = asFields(value)?.['id'];
  return Number.isSafeInteger(id) ? String(id) : undefined;
}

/**
 * An opaque identifier as part of a lane's name, of bounded length. A simple one is kept readable; any other is hashed
 * and prefixed with `~`, which a simple one cannot contain, so that two identifiers never collide.
 */
export function namePart(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^[A-Za-z0-9_-]{1,64}$/.test(value)) return value;
  // UTF-16, because UTF-8 would encode every unpaired surrogate as the same character.
  return `~${createHash('sha256').update(value, 'utf16le').digest('base64url')}`;
}
