import type { ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { types } from 'node:util';
import { fetch, type Dispatcher } from 'undici';
import { isObject, type UploadedFile } from './payload.js';
import { SourceFailure } from './transport-errors.js';

/** An opened file, ready to be read. */
export interface OpenSource {
  filename: string | undefined;
  /** Can be read once. */
  chunks: Buffer | AsyncIterable<unknown>;
  /** Closes the file if `openSource` opened it. */
  close?: () => void;
}

interface OpenOptions {
  pool: Dispatcher;
  signal: AbortSignal;
}

/**
 * Opens a file for upload: `source` is a path, bytes, a Node.js stream, a web stream or another async iterable of
 * bytes; `url` is fetched, following redirects.
 *
 * @throws SourceFailure
 */
export async function openSource(file: UploadedFile, options: OpenOptions): Promise<OpenSource> {
  const { source } = file;
  const filename = typeof file.filename === 'string' ? file.filename : undefined;
  if (!source) return { filename, chunks: await fetchUrl(String(file.url), options) };
  if (typeof source === 'string') {
    const chunks = await openPath(source);
    return { filename: filename ?? basename(source), chunks, close: () => chunks.destroy() };
  }
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return { filename, chunks: Buffer.from(buffer, byteOffset, byteLength) };
  }
  if (isObject(source) && Symbol.asyncIterator in source) {
    return { filename, chunks: source as unknown as AsyncIterable<unknown> };
  }
  throw new SourceFailure('it is not a path, a Buffer or a stream');
}

async function openPath(path: string): Promise<ReadStream> {
  // Opening a named pipe would block until it has a writer.
  if (!(await stat(path)).isFile()) throw new SourceFailure('it is not a file');
  const file = await open(path);
  return file.createReadStream();
}

async function fetchUrl(address: string, { pool, signal }: OpenOptions) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new SourceFailure('its url is not an http: or https: URL');
  }
  const response = await fetch(url, { dispatcher: pool, signal }).catch((error: unknown) => {
    throw new SourceFailure(`${url.host} did not respond (${nameOf(causeOf(error))})`);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new SourceFailure(`${url.host} responded with ${response.status}`);
  }
  // The call's signal aborts the download when the call ends.
  return response.body ?? Buffer.alloc(0);
}

/** Describes the error by its code or class alone, because its message may contain a URL or text written by users. */
export function sourceFailure(error: unknown): SourceFailure {
  return error instanceof SourceFailure ? error : new SourceFailure(nameOf(causeOf(error)));
}

function causeOf(error: unknown): unknown {
  return types.isNativeError(error) && types.isNativeError(error.cause) ? error.cause : error;
}

function nameOf(error: unknown): string {
  if (!types.isNativeError(error)) return 'error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
