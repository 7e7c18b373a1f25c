import { createHash } from 'node:crypto';

const keyForm = /^(?!.*(^|\/)\.{1,2}(\/|$))[a-z0-9_.-]+(\/[a-z0-9_.-]+)*$/;
const maxKeyLength = 512;

/**
 * The key of a file. `content`: by its SHA-256, so that the same bytes are kept once whoever sent them. `id`: by kind and
 * Telegram's `file_unique_id`, hashed, as a file system may take `A` and `a` for the same. Never holds a user's name for it.
 * @throws {TypeError} when `sha256` is not 64 hexadecimal digits.
 */
export function storageKey(
  file: { id: string; sha256: string; kind: string },
  by: 'content' | 'id',
): string {
  if (by === 'id') {
    const hash = createHash('sha256').update(`${file.kind}\n${file.id}`).digest('hex');
    return `id/${hash.slice(0, 2)}/${hash}`;
  }
  const sha256 = file.sha256.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('sha256 must be 64 hexadecimal digits');
  return `sha256/${sha256.slice(0, 2)}/${sha256}`;
}

/** Everything that reaches a disk or a bucket goes through here: no key leads out of the storage. */
export function checkedKey(key: string): string {
  if (key.length <= maxKeyLength && keyForm.test(key)) return key;
  throw new TypeError('a key must be names of a-z 0-9 _ . - with / between them, 512 in all');
}
