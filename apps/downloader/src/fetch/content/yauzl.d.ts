/** The part of yauzl that is used here; the package has no types of its own. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export interface Entry {
    fileName: string;
    /** As it is written in the central directory. */
    fileNameRaw: Buffer;
    uncompressedSize: number;
    externalFileAttributes: number;
  }

  export interface ZipFile {
    eachEntry(): AsyncIterable<Entry>;
    readLocalFileHeaderPromise(entry: Entry): Promise<{ fileName: Buffer }>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }

  export function openPromise(
    path: string,
    options?: { strictFileNames?: boolean; validateEntrySizes?: boolean; autoClose?: boolean },
  ): Promise<ZipFile>;
}
