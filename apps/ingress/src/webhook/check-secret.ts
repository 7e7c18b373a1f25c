import { timingSafeEqual } from 'node:crypto';

/** The secret that setWebhook takes has at most 256 characters. */
const MAX_BYTES = 256;
const LENGTH_BYTES = 4;

/**
 * Compares what a request gives as its secret with the one given to setWebhook. Both are compared at their greatest length,
 * and their lengths with them, so that neither the text nor its length shows in the time taken.
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

/** Header values have one byte a character. What is longer than a secret may be differs by its length. */
function write(text: string, into: Buffer): void {
  into.fill(0);
  into.write(text, 0, MAX_BYTES, 'latin1');
  into.writeUInt32LE(text.length, MAX_BYTES);
}
