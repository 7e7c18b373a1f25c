import { isAbsolute, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toUSVString } from 'node:util';
import { DownloadRefused } from '@chatlane/contracts';

/** The location of a file_path from getFile: a URL of the Bot API server, or a local path with a local server. */
export type FilePlace = { url: URL } | { path: string };

/**
 * Resolves a `file_path`. Whatever it contains, the URL is below `<apiRoot>/file/bot<token>/`.
 *
 * @throws DownloadRefused `unsafe` when it leads elsewhere
 */
export function createAddresses(options: {
  apiRoot: string;
  token: string;
}): (filePath: string) => FilePlace {
  const root = options.apiRoot.endsWith('/') ? options.apiRoot : `${options.apiRoot}/`;
  const folder = new URL(`file/bot${options.token}/`, root);
  return (filePath) => {
    if (/^file:/i.test(filePath)) return { path: pathOf(filePath) };
    if (isAbsolute(filePath) || win32.isAbsolute(filePath)) return { path: filePath };
    const parts = filePath.split('/');
    if (/^[a-z][a-z\d+.-]*:/i.test(filePath) || !parts.every(isPlain)) {
      throw new DownloadRefused('unsafe');
    }
    const url = new URL(folder);
    url.pathname += parts.map(encodeURIComponent).join('/');
    return { url };
  };
}

function isPlain(part: string): boolean {
  return !['', '.', '..'].includes(part) && !/[\\\p{Cc}]/u.test(part) && toUSVString(part) === part;
}

function pathOf(fileUrl: string): string {
  try {
    return fileURLToPath(fileUrl);
  } catch {
    // A URL of another host, or one with an encoded slash.
    throw new DownloadRefused('unsafe');
  }
}
