import { timingSafeEqual } from 'node:crypto';

/** setWebhook accepts secrets of at most 256 characters. */
const MAX_BYTES = 256;
const LENGTH_BYTES = 4;

/**
 * Compares the secret of a request with the one passed to setWebhook. Both are padded to the same size, together with
 * their lengths, so that the time taken reveals neither the text nor its length.
 */
export function createSecretCheck(secret: string): (given: string) => boolean {
  const expected = Buffer.alloc(MAX_BYTES + LENGTH_BYTES);
  const compared = Buffer.alloc(MAX_BYTES + LENGTH_BYTES);
  write(secret, expected);
  return function isSecret(given) {
    write(given, compared);
    return timingSafeEqual(compared, expected);
  };
}

/** Header values have one byte per character. A text that is too long is truncated, but its length differs. */
function write(text: string, into: Buffer): void {
  into.fill(0);
  into.write(text, 0, MAX_BYTES, 'latin1');
  into.writeUInt32LE(text.length, MAX_BYTES);
}
