import { closeSync, fstatSync, openSync } from 'node:fs';
import { readAt } from './file-tokenizer.js';
import { findDirectories, type ZipDirectory } from './zip-directory.js';
import { localHeader, readLink, readListed, readLocal, type ZipEntry } from './zip-entry.js';

/** Archives with more entries are meant to exhaust the program that unpacks them. */
const MOST_ENTRIES = 100_000;
/** Possible lengths of the data descriptor between an entry's data and the next header (4.3.9). */
const descriptors = [0, 12, 16, 20, 24];
const LENGTH_FOLLOWS = 8;
/** Signatures of a file entry, of the end of an empty archive, and of a split archive (4.3.7, 4.3.16, 8.5.4). */
const beginnings: ReadonlySet<string> = new Set([
  'PK\u0003\u0004',
  'PK\u0005\u0006',
  'PK\u0007\u0008',
]);

/**
 * Whether all names of a zip archive stay inside the folder it is unpacked to, however an unpacker finds them: in any
 * directory at its end, or header by header from its start. An archive that cannot be read to its end counts as unsafe;
 * a file that is not an archive is safe. Nothing is unpacked except the targets of symbolic links.
 */
export function namesStayInside(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const directories = findDirectories(fd, size);
    if (!directories) return false;
    const isZip = beginnings.has(readAt(fd, 4, 0).toString('latin1'));
    if (directories.length === 0) return !isZip;
    const known = new Map<number, number>();
    const budget = { left: MOST_ENTRIES };
    if (!directories.every((each) => directoryStaysInside(fd, each, known, budget))) return false;
    return streamStaysInside(fd, known, budget);
  } catch {
    // zlib throws when a link inflates to more than allowed.
    return false;
  } finally {
    closeSync(fd);
  }
}

/** @param known the offsets of entries and the lengths of their data; extended by this function */
function directoryStaysInside(
  fd: number,
  { start, end, shift }: ZipDirectory,
  known: Map<number, number>,
  budget: { left: number },
): boolean {
  for (let at = start; at < end;) {
    const entry = readListed(fd, at);
    budget.left -= 1;
    if (!entry || budget.left < 0 || !stays(entry)) return false;
    const offset = entry.offset + shift;
    const local = readLocal(fd, offset);
    if (!local || !stays(local) || !local.name.equals(entry.name)) return false;
    if (entry.isLink) {
      const target = readLink(fd, entry, offset + local.headerBytes);
      // A link with `..` is refused regardless of its target, because a chain of links can lead further than each one suggests.
      if (!target || target.length === 0 || !staysInside(target)) return false;
    }
    known.set(offset, entry.compressedSize);
    at += entry.headerBytes;
  }
  return true;
}

/** Streaming unpackers go from header to header, and find entries that no directory lists. */
function streamStaysInside(
  fd: number,
  known: ReadonlyMap<number, number>,
  budget: { left: number },
): boolean {
  // Listed entries have been checked and counted already.
  for (let at: number | undefined = 0; at !== undefined;) {
    const entry = readLocal(fd, at);
    if (!entry) return true;
    const listedSize = known.get(at);
    if (listedSize === undefined) {
      budget.left -= 1;
      const isBounded = !(entry.flags & LENGTH_FOLLOWS);
      if (!isBounded || budget.left < 0 || !stays(entry)) return false;
    }
    const over: number = at + entry.headerBytes + (listedSize ?? entry.compressedSize);
    at = descriptors
      .map((bytes) => over + bytes)
      .find((next) => readAt(fd, 4, next).equals(localHeader));
  }
  return true;
}

function stays({ name, others }: ZipEntry): boolean {
  return [name, ...others].every(staysInside);
}

/**
 * Compared as bytes, whatever the encoding. A backslash separates folders on Windows, so it must not pass as part of a
 * name.
 */
function staysInside(name: Buffer): boolean {
  const text = name.toString('latin1');
  return !/^[\\/]|^[a-z]:|\0/i.test(text) && !text.split(/[\\/]/).includes('..');
}
