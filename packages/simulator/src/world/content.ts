import { createCipheriv, createHash } from 'node:crypto';

/** A file's bytes, which are either held in memory or generated on every read. */
export interface Content {
  size: number;
  /** Equal for equal bytes. */
  digest: string;
  /** How much memory it occupies. */
  heldBytes: number;
  /** Its first bytes, enough to detect its format. */
  head: Buffer;
  /** The bytes from `start` up to but excluding `end`, in pieces. */
  pieces(this: void, start?: number, end?: number): Iterable<Buffer>;
}

const pieceBytes = 64 * 1024;
const zeros = Buffer.alloc(pieceBytes);
const cipherBlockBytes = 16;

/** Content held in memory. */
export function heldContent(bytes: Buffer): Content {
  return {
    size: bytes.length,
    digest: createHash('sha256').update(bytes).digest('base64url'),
    heldBytes: bytes.length,
    head: bytes,
    *pieces(start = 0, end = bytes.length) {
      for (let at = start; at < end; at += pieceBytes) {
        yield bytes.subarray(at, Math.min(end, at + pieceBytes));
      }
    },
  };
}

/** Pseudo-random content of any size after a fixed head. It is generated on read, so it takes no memory. */
export function generatedContent(file: { size: number; seed: number; head: Buffer }): Content {
  const { size, seed } = file;
  const head = file.head.subarray(0, size);
  const name = `${seed}:${size}:${head.toString('base64')}`;
  const digest = createHash('sha256').update(name).digest('base64url');
  const key = createHash('sha256').update(String(seed)).digest().subarray(0, 16);
  return {
    size,
    digest,
    heldBytes: 0,
    head,
    *pieces(start = 0, end = size) {
      // AES in counter mode can start at any block.
      const block = Math.floor(start / cipherBlockBytes);
      const counter = Buffer.alloc(cipherBlockBytes);
      counter.writeBigUInt64BE(BigInt(block), 8);
      const cipher = createCipheriv('aes-128-ctr', key, counter);
      cipher.update(zeros.subarray(0, start - block * cipherBlockBytes));
      for (let at = start; at < end; at += pieceBytes) {
        const piece = cipher.update(zeros.subarray(0, Math.min(pieceBytes, end - at)));
        if (at < head.length) head.copy(piece, 0, at);
        yield piece;
      }
    },
  };
}
