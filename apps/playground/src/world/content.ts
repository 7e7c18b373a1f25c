import { createCipheriv, createHash } from 'node:crypto';

/** The bytes of a file: held in memory, or made anew each time they are read. */
export interface Content {
  size: number;
  /** The same for the same bytes. */
  digest: string;
  /** Memory it takes. */
  heldBytes: number;
  /** Its first bytes, as far as formats are told by. */
  head: Buffer;
  /** Its bytes in pieces, from `start` up to `end` and without it. */
  pieces(this: void, start?: number, end?: number): Iterable<Buffer>;
}

const pieceBytes = 64 * 1024;
const zeros = Buffer.alloc(pieceBytes);
const cipherBlockBytes = 16;

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

/** As many bytes as wanted, that follow from a seed, behind a head; no memory is taken whatever the size. */
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
      // A cipher that counts can begin anywhere.
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
