import { randomBytes } from 'node:crypto';
import type { MediaKind } from '@chatlane/contracts';
import type { Clock } from '../clock.js';
import type { Content } from './content.js';

export interface NewFile {
  kind: MediaKind;
  name: string;
  mimeType: string;
  content: Content;
}

/** A file with its Bot API ids. */
export interface StoredFile extends NewFile {
  /** Identifies the file for this bot, as long as it is kept. */
  fileId: string;
  /** Equal for equal bytes. */
  uniqueId: string;
}

export interface Files {
  add(file: NewFile): StoredFile;
  get(fileId: string): StoredFile | undefined;
  /** A download path, valid for `pathLifeMs` of Telegram's time from now. */
  openPath(file: StoredFile): string;
  /** The file behind a path; undefined when the path is unknown or has expired. */
  byPath(path: string): StoredFile | undefined;
  /** Expires a path now. */
  expire(path: string): void;
  /** How long Telegram takes to fetch the file for the bot, in milliseconds: 0 from the second time on. */
  fetchMs(file: StoredFile): number;
}

const pathLifeMs = 60 * 60 * 1000;
const fetchBytesPerMs = 5_000;
const prefixes: Record<MediaKind, string> = {
  photo: 'AgACAgIA',
  document: 'BQACAgIA',
  video: 'BAACAgIA',
  audio: 'CQACAgIA',
  voice: 'AwACAgIA',
  video_note: 'DQACAgIA',
  animation: 'CgACAgIA',
  sticker: 'CAACAgIA',
};

/** @param maxBytes the most memory that all files may take; the oldest ones are deleted first */
export function createFiles(clock: Clock, maxBytes: number): Files {
  const files = new Map<string, StoredFile>();
  const paths = new Map<string, { fileId: string; expiresAtMs: number }>();
  const pathOf = new Map<string, string>();
  const fetched = new Set<string>();
  let totalBytes = 0;

  function forget(file: StoredFile): void {
    files.delete(file.fileId);
    fetched.delete(file.fileId);
    paths.delete(pathOf.get(file.fileId) ?? '');
    pathOf.delete(file.fileId);
    totalBytes -= file.content.heldBytes;
  }

  return {
    add(file) {
      const fileId = prefixes[file.kind] + randomBytes(24).toString('base64url');
      const uniqueId = `AQAD${file.content.digest.slice(0, 12)}`;
      const stored = { ...file, fileId, uniqueId };
      files.set(fileId, stored);
      totalBytes += file.content.heldBytes;
      for (const oldest of files.values()) {
        if (totalBytes <= maxBytes || oldest === stored) break;
        forget(oldest);
      }
      return stored;
    },
    get: (fileId) => files.get(fileId),
    openPath(file) {
      const known = pathOf.get(file.fileId);
      const number = pathOf.size + 1;
      const extension = /\.[A-Za-z0-9]{1,8}$/.exec(file.name)?.[0] ?? '';
      const path = known ?? `${file.kind}s/file_${number}_${file.uniqueId}${extension}`;
      pathOf.set(file.fileId, path);
      paths.set(path, { fileId: file.fileId, expiresAtMs: clock.elapsedMs() + pathLifeMs });
      return path;
    },
    byPath(path) {
      const entry = paths.get(path);
      return entry && clock.elapsedMs() < entry.expiresAtMs ? files.get(entry.fileId) : undefined;
    },
    expire: (path) => void paths.delete(path),
    fetchMs(file) {
      if (fetched.has(file.fileId)) return 0;
      fetched.add(file.fileId);
      return 50 + file.content.size / fetchBytesPerMs;
    },
  };
}
