import type { MediaFile } from '@chatlane/contracts';
import { DownloadRefused, type CheckStored } from '@chatlane/downloads';
import { isZip, namesStayInside } from './content/archive-names.js';
import { readContentType } from './content/content-type.js';
import { safeName } from './content/safe-name.js';
import { contradicts, isTaken } from './content/taken-types.js';

/** What is taken. */
export interface Rules {
  maxBytes: number;
  /** DOWNLOAD_TYPES, in lower case. */
  types: readonly string[];
}

/**
 * Type and name of a whole file.
 *
 * @throws DownloadRefused `type-refused` or `unsafe`
 */
export async function inspect(
  path: string,
  media: MediaFile,
  rules: Rules,
): Promise<{ type: string; name: string }> {
  const type = await readContentType(path, media.type);
  requireTaken(media, type, rules);
  if (isZip(type) && !(await namesStayInside(path))) throw new DownloadRefused('unsafe');
  return { type, name: nameOf(media, type) };
}

/** The same rules for content that is there already, and was looked at when it came. */
export function createCheckStored(rules: Rules): CheckStored {
  return async ({ media }, { size, type }) => {
    if (size > rules.maxBytes) throw new DownloadRefused('too-big');
    requireTaken(media, type, rules);
    return Promise.resolve(nameOf(media, type));
  };
}

function requireTaken(media: MediaFile, type: string, rules: Rules): void {
  if (!isTaken(type, rules.types) || contradicts(media, type)) {
    throw new DownloadRefused('type-refused');
  }
}

/** Photos, voices and their like have no name of their own. */
function nameOf(media: MediaFile, type: string): string {
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
