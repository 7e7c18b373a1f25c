import { readAt } from './file-tokenizer.js';

/** A central directory of a zip archive (APPNOTE.TXT 4.3): where its entries are, however much junk precedes them. */
export interface ZipDirectory {
  /** The offset of its first entry. */
  start: number;
  /** The offset of its end. */
  end: number;
  /** To be added to the offsets that the directory states. */
  shift: number;
}

const END_BYTES = 22;
const MOST_COMMENT_BYTES = 0xffff;
const END64_LOCATOR_BYTES = 20;
const listed = Buffer.from('PK\x01\x02');
const endRecord = Buffer.from('PK\x05\x06');
const end64Locator = Buffer.from('PK\x06\x07');
const end64Record = Buffer.from('PK\x06\x06');
/** A file with more end records than this was made on purpose, and each record costs two reads. */
const MOST_RECORDS = 64;

/**
 * All central directories that an unpacker could find: it searches the last 64 KB for end records, and may count their
 * offsets from the start of the file, or from where the directory must start given its length.
 *
 * @returns undefined when there are too many
 */
export function findDirectories(fd: number, size: number): ZipDirectory[] | undefined {
  const tail = readAt(fd, Math.min(size, END_BYTES + MOST_COMMENT_BYTES), -1);
  const offset = size - tail.length;
  const found = new Map<string, ZipDirectory>();
  let records = 0;
  for (let at = tail.indexOf(endRecord); at >= 0; at = tail.indexOf(endRecord, at + 1)) {
    if (tail.length - at < END_BYTES) break;
    records += 1;
    if (records > MOST_RECORDS) return undefined;
    for (const each of directoriesOf(fd, tail.subarray(at, at + END_BYTES), offset + at)) {
      found.set(`${each.start} ${each.end} ${each.shift}`, each);
    }
  }
  return [...found.values()];
}

function directoriesOf(fd: number, record: Buffer, recordAt: number): ZipDirectory[] {
  const plain = {
    length: record.readUInt32LE(12),
    offset: record.readUInt32LE(16),
    end: recordAt,
  };
  const zip64 = readZip64(fd, recordAt);
  return [plain, ...(zip64 ? [zip64] : [])].flatMap(({ length, offset, end }) => {
    const nearest = { start: end - length, end, shift: end - length - offset };
    const stated = { start: offset, end: offset + length, shift: 0 };
    return [nearest, stated].filter(({ start, end: over }) => {
      if (start < 0 || over > end) return false;
      return length === 0 ? start === end : readAt(fd, 4, start).equals(listed);
    });
  });
}

function readZip64(fd: number, recordAt: number) {
  const locator = readAt(fd, END64_LOCATOR_BYTES, recordAt - END64_LOCATOR_BYTES);
  if (locator.length < END64_LOCATOR_BYTES || !locator.subarray(0, 4).equals(end64Locator)) {
    return undefined;
  }
  // Junk in front shifts this offset too: the record is right before its locator, or at the stated offset.
  const places = [recordAt - END64_LOCATOR_BYTES - 56, Number(locator.readBigUInt64LE(8))];
  for (const at of places) {
    const record = readAt(fd, 56, at);
    if (record.length < 56 || !record.subarray(0, 4).equals(end64Record)) continue;
    const length = Number(record.readBigUInt64LE(40));
    return { length, offset: Number(record.readBigUInt64LE(48)), end: at };
  }
  return undefined;
}
