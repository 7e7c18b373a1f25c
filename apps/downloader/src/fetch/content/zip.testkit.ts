import { crc32 } from 'node:zlib';

/**
 * An entry of an archive. `before` is a different name for the local header. `link` makes the entry a symbolic link.
 * `deflated` is the raw compressed data, whose real length may differ from the `declared` one.
 */
export interface ZipEntry {
  name: string;
  before?: string;
  link?: string;
  deflated?: Buffer;
  declared?: number;
  content?: string;
  /** A Unicode name in an extra field (0x7075), in the directory or in the local header. */
  unicode?: string;
  unicodeBefore?: string;
  /** The directory does not list it. */
  isUnlisted?: boolean;
}

/** A zip archive built by hand, because no packer writes names that contradict each other (APPNOTE.TXT 4.3). */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { name, before = name, link, deflated, declared, content = 'content' } = entry;
    const data = deflated ?? Buffer.from(link ?? content);
    const extra = unicodeField(entry.unicode);
    const extraBefore = unicodeField(entry.unicodeBefore);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(declared ?? data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(before), 22);
    common.writeUInt16LE(extraBefore.length, 24);
    const file = [Buffer.from('PK\x03\x04'), common, Buffer.from(before), extraBefore, data];
    const listed = Buffer.from(common);
    listed.writeUInt16LE(Buffer.byteLength(name), 22);
    listed.writeUInt16LE(extra.length, 24);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(link === undefined ? 0 : 0o120777 * 0x10000, 6);
    rest.writeUInt32LE(offset, 10);
    // "Version made by" is Unix, so that the attributes contain the mode.
    const madeBy = Buffer.from([20, 3]);
    const parts = [Buffer.from('PK\x01\x02'), madeBy, listed, rest, Buffer.from(name), extra];
    if (!entry.isUnlisted) directory.push(Buffer.concat(parts));
    files.push(Buffer.concat(file));
    offset += files.at(-1)!.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length & 0xffff, 4);
  end.writeUInt16LE(directory.length & 0xffff, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, list, Buffer.from('PK\x05\x06'), end]);
}

function unicodeField(name: string | undefined): Buffer {
  if (name === undefined) return Buffer.alloc(0);
  const data = Buffer.concat([Buffer.alloc(5, 1), Buffer.from(name)]);
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x7075, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}
