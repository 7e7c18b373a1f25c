import { inflateRawSync } from 'node:zlib';
import { readAt } from './file-tokenizer.js';

/** A zip entry from its central directory or local header (APPNOTE.TXT 4.3.7, 4.3.12, 4.4, 4.6). */
export interface ZipEntry {
  /** The name as written. */
  name: Buffer;
  /** What unpackers may use as its name instead, or as the target of a link. */
  others: Buffer[];
  flags: number;
  method: number;
  compressedSize: number;
  /** The length of the header with its name and extra fields. */
  headerBytes: number;
}

/** An entry of a central directory. */
export interface ListedEntry extends ZipEntry {
  /** The stated offset of its local header. */
  offset: number;
  isLink: boolean;
}

const MOST_LINK_BYTES = 4_096;
const MOST_LINK_DATA_BYTES = 65_536;
const SYMBOLIC_LINK = 0o120000;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const BEYOND_32_BITS = 0xffffffff;
const listedHeader = Buffer.from('PK\x01\x02');
export const localHeader = Buffer.from('PK\x03\x04');

/** @returns undefined when there is none */
export function readListed(fd: number, at: number): ListedEntry | undefined {
  const header = readAt(fd, 46, at);
  if (header.length < 46 || !header.subarray(0, 4).equals(listedHeader)) return undefined;
  const lengths = [28, 30, 32].map((place) => header.readUInt16LE(place));
  const [nameBytes, extraBytes, commentBytes] = lengths as [number, number, number];
  const rest = readAt(fd, nameBytes + extraBytes, at + 46);
  if (rest.length < nameBytes + extraBytes) return undefined;
  const extra = rest.subarray(nameBytes);
  const sizes = [24, 20, 42].map((place) => header.readUInt32LE(place));
  const [, compressedSize, offset] = beyond32Bits(sizes, extra) as [number, number, number];
  return {
    name: rest.subarray(0, nameBytes),
    others: otherNames(extra),
    flags: header.readUInt16LE(8),
    method: header.readUInt16LE(10),
    compressedSize,
    headerBytes: 46 + nameBytes + extraBytes + commentBytes,
    offset,
    isLink: (header.readUInt16LE(40) & 0o170000) === SYMBOLIC_LINK,
  };
}

/** @returns undefined when there is none */
export function readLocal(fd: number, at: number): ZipEntry | undefined {
  const header = readAt(fd, 30, at);
  if (header.length < 30 || !header.subarray(0, 4).equals(localHeader)) return undefined;
  const [nameBytes, extraBytes] = [header.readUInt16LE(26), header.readUInt16LE(28)];
  const rest = readAt(fd, nameBytes + extraBytes, at + 30);
  if (rest.length < nameBytes + extraBytes) return undefined;
  const extra = rest.subarray(nameBytes);
  const [, compressedSize] = beyond32Bits(
    [header.readUInt32LE(22), header.readUInt32LE(18)],
    extra,
  );
  return {
    name: rest.subarray(0, nameBytes),
    others: otherNames(extra),
    flags: header.readUInt16LE(6),
    method: header.readUInt16LE(8),
    compressedSize: compressedSize!,
    headerBytes: 30 + nameBytes + extraBytes,
  };
}

/** The target of a link. Its declared size is not trusted. @returns undefined when it cannot be read or is too long */
export function readLink(fd: number, entry: ListedEntry, at: number): Buffer | undefined {
  if (entry.flags & ENCRYPTED || entry.compressedSize > MOST_LINK_DATA_BYTES) return undefined;
  const data = readAt(fd, entry.compressedSize, at);
  if (entry.method === STORED) return data.length > MOST_LINK_BYTES ? undefined : data;
  if (entry.method !== DEFLATED) return undefined;
  return inflateRawSync(data, { maxOutputLength: MOST_LINK_BYTES });
}

/** Sizes and offsets of more than 32 bits are in an extra field, in this order (4.5.3). */
function beyond32Bits(values: number[], extra: Buffer): number[] {
  const wide = [...fields(extra)].find(({ id }) => id === 1)?.data;
  let at = 0;
  return values.map((value) => {
    if (value !== BEYOND_32_BITS || !wide || at + 8 > wide.length) return value;
    at += 8;
    return Number(wide.readBigUInt64LE(at - 8));
  });
}

/** Unicode names (0x7075) and Unix link targets (0x000d, 0x756e), by the offset at which they start in their fields. */
const texts: Readonly<Record<number, number>> = { 0x7075: 5, 0x000d: 12, 0x756e: 14 };

function otherNames(extra: Buffer): Buffer[] {
  return [...fields(extra)].flatMap(({ id, data }) => {
    const from = texts[id];
    return from !== undefined && data.length > from ? [data.subarray(from)] : [];
  });
}

function* fields(extra: Buffer): Generator<{ id: number; data: Buffer }> {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    yield { id: extra.readUInt16LE(at), data: extra.subarray(at + 4, at + 4 + length) };
    at += 4 + length;
  }
}
