import type { MediaKind } from '@chatlane/contracts';
import type { NewFile } from '../world/files.js';
import { isImage } from '../world/photo-size.js';
import { badRequest } from './api-error.js';
import { uploaded } from './upload.js';

const megabyte = 2 ** 20;
const limits = { photo: 5 * megabyte, file: 20 * megabyte };
const timeoutMs = 10_000;

/**
 * Fetches a file that the bot named by URL, as Telegram does: a photo must be an image, and a web page is always
 * refused.
 *
 * @throws ApiError
 */
export async function fetchFile(url: string, kind: MediaKind): Promise<NewFile> {
  const failed = badRequest('failed to get HTTP URL content');
  const limit = kind === 'photo' ? limits.photo : limits.file;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {
    throw failed;
  });
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (!response.ok || declared > limit) {
    await response.body?.cancel();
    throw failed;
  }
  const bytes = await readUpTo(limit, response).catch(() => undefined);
  if (bytes === undefined || bytes.length === 0) throw failed;
  const mimeType =
    response.headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream';
  if (mimeType === 'text/html' || (kind === 'photo' && !isImage(bytes))) {
    throw badRequest('wrong type of the web page content');
  }
  const name = new URL(url).pathname.split('/').at(-1) || 'file';
  return uploaded({ name, mimeType, bytes }, kind);
}

/** Undefined when the body is longer than `limit`; the rest is not read. */
async function readUpTo(limit: number, { body }: Response): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
