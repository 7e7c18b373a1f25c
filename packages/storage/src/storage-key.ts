import { createHash } from 'node:crypto';

const keyForm = /^(?!.*(^|\/)\.{1,2}(\/|$))[a-z0-9_.-]+(\/[a-z0-9_.-]+)*$/;
const maxKeyLength = 512;

/**
 * The key of a file. `content` derives it from the SHA-256, so that equal bytes are stored once, regardless of the sender.
 * `id` derives it from the kind and Telegram's `file_unique_id`, hashed because a file system may treat `A` and `a` as
 * equal. A key never contains the name that a user gave the file.
 *
 * @throws {TypeError} when `sha256` is not 64 hexadecimal digits
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

/**
 * Validates a key before it reaches a disk or a bucket, so that it cannot point outside the storage.
 * @throws TypeError
 */
export function checkedKey(key: string): string {
  if (key.length <= maxKeyLength && keyForm.test(key)) return key;
  throw new TypeError(
    'a key must consist of names of a-z 0-9 _ . - separated by /, and have at most 512 characters',
  );
}
