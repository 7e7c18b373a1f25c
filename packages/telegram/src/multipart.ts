import { randomBytes } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { isUploadedFile, type UploadedFile } from './payload.js';
import { readSource } from './read-source.js';
import { SourceFailure } from './transport-errors.js';
import { openSource, sourceFailure, type OpenSource } from './upload-source.js';

/** File extensions for files without a name, by kind; the same as Telegraf's. */
const extensions: Readonly<Record<string, string>> = {
  animation: 'mp4',
  audio: 'mp3',
  cover: 'jpg',
  live_photo: 'mp4',
  photo: 'jpg',
  sticker: 'webp',
  thumb: 'jpg',
  thumbnail: 'jpg',
  video: 'mp4',
  video_note: 'mp4',
  voice: 'ogg',
};

interface FilePart {
  name: string;
  /** The name to use when the file has none. */
  fallback: string;
  file: UploadedFile;
}

/** The body of a call with files. */
export interface Upload {
  readonly headers: Record<string, string>;
  /** Reads the files as fast as the connection accepts them. Throws SourceFailure when one cannot be read. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Whether all bytes have been handed to the connection. */
  readonly isComplete: boolean;
  /** Why a file could not be read; also set when the signal fires while waiting for a file. */
  readonly failure: SourceFailure | undefined;
  /** Opens the first file, so that most errors surface before the request starts. @throws SourceFailure */
  open(): Promise<void>;
  /** Closes the files that were opened here. */
  close(): void;
}

/**
 * Encodes a call with files as `multipart/form-data` (RFC 7578), streaming one file after another without buffering.
 */
export function createUpload(
  payload: Readonly<Record<string, unknown>>,
  options: { pool: Dispatcher; signal: AbortSignal },
): Upload {
  const boundary = randomBytes(24).toString('hex');
  const { fields, files } = splitPayload(payload);
  const opened: (Promise<OpenSource> | undefined)[] = [];
  let isComplete = false;
  let isWaiting = false;
  let failure: SourceFailure | undefined;

  const giveUp = () => {
    if (isWaiting) failure ??= new SourceFailure('the upload was aborted');
  };
  options.signal.addEventListener('abort', giveUp, { once: true });

  async function waitFor<T>(work: () => Promise<T>): Promise<T> {
    isWaiting = true;
    try {
      return await work();
    } catch (error) {
      failure ??= sourceFailure(error);
      throw failure;
    } finally {
      isWaiting = false;
    }
  }

  const openFile = (index: number) =>
    waitFor(() => (opened[index] ??= openSource(files[index]!.file, options)));

  async function* encode(): AsyncGenerator<Uint8Array, void, void> {
    for (const [name, value] of fields) {
      yield Buffer.from(`${partHead(boundary, name)}\r\n\r\n${value}\r\n`);
    }
    for (const [index, { name, fallback }] of files.entries()) {
      const { filename = fallback, chunks } = await openFile(index);
      const head = `${partHead(boundary, name)}; filename="${quoted(filename)}"`;
      yield Buffer.from(`${head}\r\nContent-Type: application/octet-stream\r\n\r\n`);
      if (Buffer.isBuffer(chunks)) yield chunks;
      else yield* readSource(chunks, { waitFor, signal: options.signal });
      yield Buffer.from('\r\n');
    }
    yield Buffer.from(`--${boundary}--\r\n`);
    isComplete = true;
  }

  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: encode(),
    get isComplete() {
      return isComplete;
    },
    get failure() {
      return failure;
    },
    async open() {
      await openFile(0);
    },
    close() {
      for (const source of opened) source?.then(({ close }) => close?.()).catch(() => undefined);
    },
  };
}

function partHead(boundary: string, name: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
}

/** Escapes a name the way browsers do (WHATWG HTML, multipart/form-data encoding algorithm). */
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

/** A file in a top-level field becomes a part of that name, one inside JSON a part referenced by `attach://`. */
function splitPayload(payload: Readonly<Record<string, unknown>>) {
  const fields: [name: string, value: string][] = [];
  const files: FilePart[] = [];

  function attach(file: UploadedFile, kind: string): string {
    const name = `attached_file_${files.length}`;
    files.push({ name, fallback: `${name}.${extensions[kind] ?? 'dat'}`, file });
    return `attach://${name}`;
  }

  function replacer(this: { type?: unknown }, key: string, value: unknown): unknown {
    if (value == null) return undefined;
    if (!isUploadedFile(key, value)) return value;
    return attach(value, key === 'media' ? String(this.type) : key);
  }

  for (const [name, value] of Object.entries(payload)) {
    if (value == null) continue;
    if (!isUploadedFile(name, value)) {
      fields.push([
        name,
        typeof value === 'object' ? JSON.stringify(value, replacer) : `${value as string}`,
      ]);
    } else if (name === 'thumb' || name === 'thumbnail') {
      fields.push([name, attach(value, name)]);
    } else {
      files.push({ name, fallback: `${name}.${extensions[name] ?? 'dat'}`, file: value });
    }
  }
  return { fields, files };
}
