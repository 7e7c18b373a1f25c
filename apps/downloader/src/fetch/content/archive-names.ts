import type { Readable } from 'node:stream';
import { openPromise, type Entry, type ZipFile } from 'yauzl';

/** More entries than that are made to stop whoever unpacks them. */
const MOST_ENTRIES = 100_000;
const MOST_LINK_BYTES = 4_096;
const SYMBOLIC_LINK = 0o120000;

/** Whether a type is a zip archive by another name, an Office document or an app among them. */
export function isZip(type: string): boolean {
  return /^application\/(zip|epub\+zip|java-archive|vnd\.android\.package-archive|vnd\.openxmlformats|vnd\.oasis\.opendocument|x-xpinstall|vnd\.google-earth\.kmz)/.test(
    type,
  );
}

/**
 * Whether all names of a zip archive stay inside of the folder it is unpacked to; one that cannot be read to its end
 * does not. Nothing is unpacked but the targets of symbolic links.
 */
export async function namesStayInside(path: string): Promise<boolean> {
  try {
    // As they are written: a backslash is a folder's on Windows, and must not pass as part of a name.
    const zip = await openPromise(path, { strictFileNames: false, validateEntrySizes: false });
    try {
      let entries = 0;
      for await (const entry of zip.eachEntry()) {
        entries += 1;
        if (entries > MOST_ENTRIES || !staysInside(entry.fileName)) return false;
        // Programs that unpack as they read go by the name before the data.
        const { fileName } = await zip.readLocalFileHeaderPromise(entry);
        if (!fileName.equals(entry.fileNameRaw)) return false;
        if (isLink(entry) && !(await linkStaysInside(zip, entry))) return false;
      }
      return true;
    } finally {
      zip.close();
    }
  } catch {
    // yauzl itself throws at names that climb.
    return false;
  }
}

function staysInside(name: string): boolean {
  const parts = name.split(/[\\/]/);
  return !/^[\\/]|^[a-z]:|\0/i.test(name) && !parts.includes('..');
}

function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === SYMBOLIC_LINK;
}

/** One that climbs is refused wherever it leads: links over links lead further than their texts say. */
async function linkStaysInside(zip: ZipFile, entry: Entry): Promise<boolean> {
  if (entry.uncompressedSize > MOST_LINK_BYTES) return false;
  const target = await readStart(await zip.openReadStreamPromise(entry), MOST_LINK_BYTES);
  return target !== undefined && target !== '' && staysInside(target);
}

/** What an entry declares is not believed: reading ends at `most` bytes. @returns undefined: there are more */
async function readStart(stream: Readable, most: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  // Leaving the loop destroys the stream.
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
