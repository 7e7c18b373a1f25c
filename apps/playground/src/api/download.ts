import type { Simulator } from '../simulator.js';
import type { RequestHandler } from './bot-api.js';
import { decoded } from './decoded.js';

/** `/file/bot<token>/<file_path>`: the bytes behind a path from getFile, until the path expires. */
export function createDownload({ token, world }: Simulator): RequestHandler {
  return function handleDownload(_request, response, url) {
    const match = /^\/file\/bot([^/]+)\/(.+)$/.exec(url.pathname);
    const authorised = match !== null && decoded(match[1] as string) === token;
    const file = authorised ? world.files.byPath(decoded(match[2] as string)) : undefined;
    if (!file) {
      const code = authorised ? 404 : 401;
      const description = authorised ? 'Not Found' : 'Unauthorized';
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ ok: false, error_code: code, description }));
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': file.bytes.length,
    });
    response.end(file.bytes);
  };
}
