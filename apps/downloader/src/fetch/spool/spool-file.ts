import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { Standing } from '../source/source.js';
import { writeCheckpoint, type Checkpoint } from './checkpoint.js';

const BATCH = 256 * 1024;
const CHECKPOINT_EVERY = 4 * 1024 * 1024;

/** A file as it comes in: its hash goes along, and what is there can be taken up by another attempt. */
export interface SpoolFile {
  readonly path: string;
  readonly standing: Standing;
  /** Starts with a copy of what another attempt has left, one byte at least, if that is what its checkpoint says. */
  adopt(path: string, checkpoint: Checkpoint): Promise<void>;
  /** What the source says of the whole file. */
  describe(about: Pick<Standing, 'total' | 'version'>): void;
  append(chunk: Buffer): Promise<void>;
  /** Everything appended is in the file, and the next attempt will find it. */
  settle(): Promise<void>;
  /** Begins again from nothing. */
  restart(): Promise<void>;
  /** Hexadecimal, of all that is there. */
  sha256(): string;
  /** Closes it for the next attempt to find. */
  close(): Promise<void>;
  /** Closes it, to be given away. */
  finish(): Promise<void>;
  /** Closes it, and removes it. */
  discard(): Promise<void>;
}

export async function createSpoolFile(path: string): Promise<SpoolFile> {
  const handle = await open(path, 'wx', 0o600);
  let hash = createHash('sha256');
  let appended = 0;
  let written = 0;
  let checkpointed = 0;
  let about: Pick<Standing, 'total' | 'version'> = {};
  // One fills while the other is written. Chunks are copied, so that they die young: kept until they are written, they
  // would outlive the collections that are cheap.
  let batch = Buffer.allocUnsafeSlow(BATCH);
  let other = Buffer.allocUnsafeSlow(BATCH);
  let batched = 0;
  let writing: Promise<void> = Promise.resolve();
  let isOpen = true;

  async function write(bytes: Buffer): Promise<void> {
    await writeAll(handle, bytes, written);
    hash.update(bytes);
    written += bytes.length;
    if (written - checkpointed >= CHECKPOINT_EVERY) await checkpoint();
  }

  async function checkpoint(): Promise<void> {
    checkpointed = written;
    await writeCheckpoint(path, { received: written, ...about, sha256: hash.copy().digest('hex') });
  }

  /** One write is under way while the next batch fills. */
  async function flush(): Promise<void> {
    await writing;
    writing = write(batch.subarray(0, batched));
    [batch, other] = [other, batch];
    batched = 0;
    writing.catch(() => undefined);
  }

  const file: SpoolFile = {
    path,
    get standing() {
      return { received: appended, ...about };
    },
    async adopt(from, { received, sha256, total, version }) {
      file.describe({
        ...(total !== undefined && { total }),
        ...(version !== undefined && { version }),
      });
      try {
        const prefix = createReadStream(from, { end: received - 1, highWaterMark: BATCH });
        for await (const chunk of prefix) await file.append(chunk as Buffer);
        await flush();
        await writing;
      } catch (error) {
        // It was published or removed meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
      if (written !== received || hash.copy().digest('hex') !== sha256) await file.restart();
      else await checkpoint();
    },
    describe(said) {
      about = said;
    },
    async append(chunk) {
      for (let at = 0; at < chunk.length;) {
        const copied = chunk.copy(batch, batched, at);
        at += copied;
        batched += copied;
        appended += copied;
        if (batched === BATCH) await flush();
      }
    },
    async settle() {
      await flush();
      await writing;
      await checkpoint();
    },
    async restart() {
      await writing.catch(() => undefined);
      batched = appended = written = checkpointed = 0;
      about = {};
      hash = createHash('sha256');
      writing = handle.truncate(0);
      await writing;
    },
    sha256: () => hash.copy().digest('hex'),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await writing.catch(() => undefined);
      await handle.close();
    },
    async finish() {
      await file.close();
      await removeCheckpoints(path);
    },
    async discard() {
      await file.close();
      await removeCheckpoints(path);
      await rm(path, { force: true });
    },
  };
  return file;
}

async function removeCheckpoints(path: string): Promise<void> {
  const all = ['.json', '.json.new'].map((end) => rm(`${path}${end}`, { force: true }));
  await Promise.all(all);
}

/** The system may write less than asked for. */
async function writeAll(handle: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const left = bytes.length - done;
    done += (await handle.write(bytes, done, left, from + done)).bytesWritten;
  }
}
