import { fstatSync, readSync } from 'node:fs';
import {
  AbstractTokenizer,
  EndOfStreamError,
  type IReadChunkOptions,
  type ITokenizer,
} from 'strtok3';

/**
 * Lets file-type read an open file. file-type requests a few bytes dozens of times, from a file just written, so
 * reading synchronously costs less than awaiting each read.
 */
export function createFileTokenizer(fd: number): ITokenizer {
  return new FileTokenizer(fd);
}

/** The first `length` bytes, or fewer when the file is shorter. */
export function readStart(fd: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(length, fstatSync(fd).size));
  return bytes.subarray(0, readFully(fd, bytes, bytes.length, 0));
}

/** Up to `length` bytes at `position`; a negative position counts from the end. */
export function readAt(fd: number, length: number, position: number): Buffer {
  const from = position < 0 ? Math.max(0, fstatSync(fd).size - length) : position;
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readFully(fd, bytes, length, from));
}

class FileTokenizer extends AbstractTokenizer {
  readonly fileInfo: { size: number };

  constructor(private readonly fd: number) {
    super();
    this.fileInfo = { size: fstatSync(fd).size };
  }

  supportsRandomAccess(): boolean {
    return true;
  }

  setPosition(position: number): void {
    this.position = position;
  }

  async readBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const bytesRead = await this.peekBuffer(target, options);
    this.position = (options?.position ?? this.position) + bytesRead;
    return bytesRead;
  }

  peekBuffer(target: Uint8Array, options?: IReadChunkOptions): Promise<number> {
    const { length, position, mayBeLess } = this.normalizeOptions(target, options);
    const bytesRead = readFully(this.fd, target, length, position);
    return bytesRead < length && !mayBeLess
      ? Promise.reject(new EndOfStreamError())
      : Promise.resolve(bytesRead);
  }
}

function readFully(fd: number, target: Uint8Array, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const bytesRead = readSync(fd, target, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
