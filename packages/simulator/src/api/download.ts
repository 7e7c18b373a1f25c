import type { DownloadFault } from '../faults.js';
import type { Simulator } from '../simulator.js';
import type { StoredFile } from '../world/files.js';
import type { RequestHandler } from './bot-api.js';
import { decoded } from './decoded.js';
import { spoil } from './download-faults.js';
import { refuse } from './refuse.js';
import { serveFile } from './serve-file.js';

/** Serves `/file/bot<token>/<file_path>`: the file behind a path from getFile, until the path expires. */
export function createDownload(simulator: Simulator): RequestHandler {
  const { token, world, faults, ranges, localFolder } = simulator;

  function fileAt(
    path: string,
  ): { file: StoredFile; fault: DownloadFault | undefined } | undefined {
    const file = world.files.byPath(path);
    // A Bot API server in local mode does not have this route.
    if (file === undefined || localFolder !== undefined) return undefined;
    const fault = faults.forDownload(file.fileId);
    if (fault?.kind !== 'file-expire') return { file, fault };
    world.files.expire(path);
    return undefined;
  }

  return async function handleDownload(request, response, url) {
    const match = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname);
    if (match === null || decoded(match[1] as string) !== token) {
      refuse(response, 401);
      return;
    }
    const found = fileAt(decoded(match[2] as string));
    if (!found) refuse(response, 404);
    else if (found.fault) {
      const { file, fault } = found;
      await spoil(request, response, file, { fault, ranges: ranges.served });
    } else await serveFile(request, response, found.file, { ranges: ranges.served });
  };
}
