import { DownloadRefused, type MediaFile } from '@chatlane/contracts';
import type { CheckStored } from '@chatlane/downloads';
import { safeName } from './content/safe-name.js';
import { contradicts, isTaken } from './content/taken-types.js';

/** Which files are accepted. */
export interface Rules {
  maxBytes: number;
  /** DOWNLOAD_TYPES, in lower case. */
  types: readonly string[];
}

/** Checks content that is already stored, and was inspected when it arrived. */
export function createCheckStored(rules: Rules): CheckStored {
  return async ({ media }, { size, type }) => {
    if (size > rules.maxBytes) throw new DownloadRefused('too-big', rules.maxBytes);
    requireTaken(media, type, rules);
    return Promise.resolve(nameOf(media, type));
  };
}

/** @throws DownloadRefused `type-refused` */
export function requireTaken(media: MediaFile, type: string, rules: Rules): void {
  if (!isTaken(type, rules.types) || contradicts(media, type)) {
    throw new DownloadRefused('type-refused');
  }
}

/** A safe name for a file; photos, voice messages and the like have none of their own. */
export function nameOf(media: MediaFile, type: string): string {
  const extension = extensions[type];
  return safeName(media.name, extension === undefined ? media.kind : `${media.kind}.${extension}`);
}

const extensions: Readonly<Record<string, string>> = {
  'application/gzip': 'tgs',
  'application/pdf': 'pdf',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/x-m4a': 'm4a',
  'image/gif': 'gif',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'text/plain': 'txt',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
};
