import { constants } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { sep } from 'node:path';
import { DownloadRefused } from '@chatlane/contracts';
import { continues, LinkRefused, type Source } from './source.js';

const CHUNK = 256 * 1024;

/**
 * A file that a local Bot API server has on this disk. It is copied, not linked, because the server may delete or
 * replace its files at any time.
 *
 * @param folder TELEGRAM_FILES_DIR: nothing outside of it is read, even through links
 */
export function createDiskSource(path: string, folder: string): Source {
  return {
    async read(state, receiver, signal) {
      const handle = await openInside(path, folder);
      try {
        const { size, mtimeMs, ino } = await handle.stat();
        const version = `${ino}-${mtimeMs}`;
        const resumes = state.received <= size && continues(state, { total: size, version });
        let at = resumes ? state.received : 0;
        receiver.begin({ start: at, total: size, version });
        const buffer = Buffer.allocUnsafeSlow(CHUNK);
        for (;;) {
          signal.throwIfAborted();
          const bytesRead = await readAt(handle, buffer, at);
          if (bytesRead === 0) return;
          at += bytesRead;
          await receiver.take(buffer.subarray(0, bytesRead));
        }
      } finally {
        await handle.close();
      }
    },
  };
}

async function readAt(handle: FileHandle, buffer: Buffer, at: number): Promise<number> {
  try {
    return (await handle.read(buffer, 0, buffer.length, at)).bytesRead;
  } catch (error) {
    throw plain(error);
  }
}

/** The server's folders are named after the bot's token, and file system errors contain the path. */
function plain(error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new Error(`A file of the Bot API server cannot be read (${code})`);
}

async function openInside(path: string, folder: string): Promise<FileHandle> {
  const [real, inside] = await Promise.all([realpath(path), realpath(folder)]).catch(
    (error: NodeJS.ErrnoException) => {
      // The server removes files after a while, and fetches them again on request.
      if (error.code === 'ENOENT') throw new LinkRefused('the file is not there');
      throw plain(error);
    },
  );
  if (!real.startsWith(`${inside}${sep}`)) throw new DownloadRefused('unsafe');
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(real, flags).catch((error: unknown) => {
    throw plain(error);
  });
  // Verifies that the opened file is the checked one, so that no link was swapped in between.
  const [opened, seen] = await Promise.all([handle.stat(), lstat(real)]);
  if (opened.isFile() && opened.ino === seen.ino && opened.dev === seen.dev) return handle;
  await handle.close();
  throw new DownloadRefused('unsafe');
}
