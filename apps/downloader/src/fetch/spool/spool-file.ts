import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  open as openByCallback,
  rmSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { TransferState } from '../source/source.js';
import { writeCheckpoint, type Checkpoint } from './checkpoint.js';

const openFile = promisify(openByCallback);

const COPIED_AT_ONCE = 256 * 1024;
/** A checkpoint is due after this many bytes. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;
/** It is written this many milliseconds later, because most files are complete by then. */
const CHECKPOINT_MS = 1_000;

/**
 * A file while it arrives. It is hashed on the fly, and another attempt can resume it. A write has reached the
 * operating system when the call returns: a queue of chunks would cost more than waiting.
 */
export interface SpoolFile {
  readonly path: string;
  /** Bytes received so far. */
  readonly received: number;
  readonly state: TransferState;
  /** Starts with a copy of another attempt's part, if that matches its checkpoint and has at least one byte. */
  adopt(path: string, checkpoint: Checkpoint): Promise<void>;
  /** Records what the source says about the whole file. */
  describe(about: Pick<TransferState, 'total' | 'version'>): void;
  /** @throws SupersededError, eventually, when another attempt has taken the file over */
  append(chunk: Buffer): void;
  /** @throws SupersededError when another attempt has taken the file over */
  requireOurs(): void;
  /** Starts over with an empty file. */
  restart(): void;
  /** Hexadecimal, of all received bytes. */
  sha256(): string;
  /** Closes it for the next attempt, with everything that was appended. @throws SupersededError */
  leave(): void;
  /** Closes it, to be handed on. @throws SupersededError */
  finish(): void;
  /** Closes and deletes it. */
  discard(): void;
}

/** Another attempt has taken the file over and deleted it. */
class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

export async function createSpoolFile(path: string): Promise<SpoolFile> {
  // Asynchronous, because creating a name may wait for the disk's journal. The mode is the one that the storage wants.
  const fd = await openFile(path, 'wx', 0o440);
  let hash = createHash('sha256');
  let received = 0;
  let checkpointed = 0;
  let due: NodeJS.Timeout | undefined;
  let failure: Error | undefined;
  let hasCheckpoint = false;
  let about: Pick<TransferState, 'total' | 'version'> = {};
  let isOpen = true;

  function checkpoint(): void {
    file.requireOurs();
    checkpointed = received;
    hasCheckpoint = true;
    writeCheckpoint(path, { received, ...about, sha256: file.sha256() });
  }

  /** An error is reported with the next bytes. */
  function onDue(): void {
    due = undefined;
    try {
      checkpoint();
    } catch (error) {
      failure = error as Error;
    }
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(due);
    closeSync(fd);
  }

  function removeCheckpoints(): void {
    if (!hasCheckpoint) return;
    for (const end of ['.json', '.json.new']) rmSync(`${path}${end}`, { force: true });
  }

  const file: SpoolFile = {
    path,
    get received() {
      return received;
    },
    get state() {
      return { received, ...about };
    },
    async adopt(from, { received: left, sha256, total, version }) {
      file.describe({
        ...(total !== undefined && { total }),
        ...(version !== undefined && { version }),
      });
      await copyStart(from, left, file);
      if (received !== left || file.sha256() !== sha256) file.restart();
      else checkpoint();
    },
    describe(said) {
      about = said;
    },
    append(chunk) {
      writeAll(fd, chunk, received);
      hash.update(chunk);
      received += chunk.length;
      if (failure) throw failure;
      if (received - checkpointed >= CHECKPOINT_BYTES) due ??= setTimeout(onDue, CHECKPOINT_MS);
    },
    requireOurs() {
      if (existsSync(path)) return;
      throw new SupersededError('Another attempt has taken over this download');
    },
    restart() {
      received = checkpointed = 0;
      about = {};
      hash = createHash('sha256');
      ftruncateSync(fd, 0);
    },
    sha256: () => hash.copy().digest('hex'),
    leave() {
      checkpoint();
      close();
    },
    finish() {
      file.requireOurs();
      close();
      removeCheckpoints();
    },
    discard() {
      close();
      removeCheckpoints();
      rmSync(path, { force: true });
    },
  };
  return file;
}

/** Appends up to `length` bytes from the start of a file. */
async function copyStart(from: string, length: number, file: SpoolFile): Promise<void> {
  // The file may have been published or removed in the meantime.
  const handle = await open(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (!handle) return;
  try {
    const buffer = Buffer.allocUnsafeSlow(COPIED_AT_ONCE);
    while (file.received < length) {
      const wanted = Math.min(buffer.length, length - file.received);
      const { bytesRead } = await handle.read(buffer, 0, wanted, file.received);
      if (bytesRead === 0) return;
      file.append(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** A write may be partial. */
function writeAll(fd: number, bytes: Buffer, from: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(fd, bytes, done, bytes.length - done, from + done);
  }
}
