import type { IncomingMessage } from 'node:http';
import { isNestedTooDeeply } from '@chatlane/contracts';
import busboy from 'busboy';
import { ApiError, badRequest } from './api-error.js';
import type { Upload } from './upload.js';

/** A call's arguments as received: from the query string, a form or a JSON body. */
export interface RawArguments {
  fields: Record<string, unknown>;
  files: Map<string, Upload>;
}

/** The largest upload of any kind; a larger request is refused with 413. */
const maxUploadBytes = 50 * 2 ** 20;
const maxBodyBytes = 4 * 2 ** 20;

const tooLarge = new ApiError(413, 'Request Entity Too Large');

/**
 * Reads the arguments as the Bot API server does (td HttpReader): GET or POST, query string and body combined.
 *
 * @throws ApiError
 */
export async function readArguments(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<RawArguments> {
  const fields: Record<string, unknown> = Object.fromEntries(query);
  const files = new Map<string, Upload>();
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data') {
    await readMultipart(request, fields, files);
    return { fields, files };
  }
  const body = await readBody(request);
  if (body.length === 0) return { fields, files };
  if (type === 'application/json') Object.assign(fields, parseObject(body));
  else if (type === 'application/x-www-form-urlencoded') {
    Object.assign(fields, Object.fromEntries(new URLSearchParams(body.toString())));
  }
  return { fields, files };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  // Thrown only after the whole body was read: otherwise the connection would break before the answer.
  if (bytes > maxBodyBytes) throw tooLarge;
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function parseObject(body: Buffer): Record<string, unknown> {
  const json = body.toString();
  try {
    const value: unknown = isNestedTooDeeply(json) ? undefined : JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Same answer as for any other body that is not an object.
  }
  throw badRequest("can't parse JSON object");
}

function readMultipart(
  request: IncomingMessage,
  fields: Record<string, unknown>,
  files: Map<string, Upload>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: ApiError) => {
      request.unpipe(parser);
      request.resume();
      reject(error);
    };
    const parser = busboy({
      headers: request.headers,
      limits: { fileSize: maxUploadBytes, fieldSize: maxBodyBytes },
      defParamCharset: 'utf8',
    });
    parser.on('field', (name, value) => (fields[name] = value));
    parser.on('file', (name, stream, { filename, mimeType }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => fail(tooLarge));
      stream.on('end', () => {
        files.set(name, { name: filename || 'file', mimeType, bytes: Buffer.concat(chunks) });
      });
    });
    parser.on('close', resolve);
    parser.on('error', () => fail(badRequest("can't parse multipart/form-data request")));
    request.on('aborted', () => fail(badRequest('request was aborted')));
    request.pipe(parser);
  });
}
