import type { Simulator } from '../simulator.js';
import { heldContent } from '../world/content.js';
import type { FileKind, NewFile, StoredFile } from '../world/files.js';
import { photoSize } from '../world/photo-size.js';
import { ApiError, badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import type { Upload } from './upload.js';

const megabyte = 2 ** 20;
const limits = { photoUpload: 10 * megabyte, photoByUrl: 5 * megabyte, fileByUrl: 20 * megabyte };
const urlTimeoutMs = 10_000;

const mimeTypes: Partial<Record<FileKind, string>> = {
  photo: 'image/jpeg',
  video: 'video/mp4',
  animation: 'video/mp4',
  video_note: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  sticker: 'image/webp',
};

/**
 * The file that an argument gives: an upload, `attach://part`, a file_id, or a URL that is fetched.
 * @throws ApiError
 */
export async function givenFile(
  { world }: Simulator,
  args: Arguments,
  given: { value: string; upload: Upload | undefined; kind: FileKind },
): Promise<StoredFile> {
  const { value, kind } = given;
  const upload = value.startsWith('attach://')
    ? args.file(value.slice('attach://'.length))
    : given.upload;
  if (upload) {
    if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
    if (kind === 'photo' && upload.bytes.length > limits.photoUpload) {
      throw new ApiError(413, 'Request Entity Too Large');
    }
    return world.files.add(uploaded(upload, kind));
  }
  if (value === '') throw badRequest(`there is no ${kind.replace('_', ' ')} in the request`);
  if (/^https?:\/\//.test(value)) return world.files.add(await fetchFile(value, kind));
  const known = world.files.get(value);
  if (!known) throw badRequest('wrong file identifier/HTTP URL specified');
  return known;
}

/** The type of most kinds is not what the uploader says, but what Telegram makes of it. */
export function uploaded({ name, mimeType, bytes }: Upload, kind: FileKind): NewFile {
  return { kind, name, mimeType: mimeTypeOf(kind, mimeType), content: heldContent(bytes) };
}

export function mimeTypeOf(kind: FileKind, declared: string): string {
  return mimeTypes[kind] ?? declared;
}

async function fetchFile(url: string, kind: FileKind): Promise<NewFile> {
  const failed = badRequest('failed to get HTTP URL content');
  const limit = kind === 'photo' ? limits.photoByUrl : limits.fileByUrl;
  const response = await fetch(url, { signal: AbortSignal.timeout(urlTimeoutMs) }).catch(() => {
    throw failed;
  });
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (!response.ok || declared > limit) {
    await response.body?.cancel();
    throw failed;
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length === 0 || bytes.length > limit) throw failed;
  const mimeType =
    response.headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream';
  return uploaded(
    { name: new URL(url).pathname.split('/').at(-1) || 'file', mimeType, bytes },
    kind,
  );
}

/** The message field that shows a file, such as `photo: [...]`. */
export function mediaField(file: StoredFile, args?: Arguments): Record<string, unknown> {
  const base = {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.content.size,
  };
  const size = photoSize(file.content.head);
  const duration = args?.integer('duration', 0, 0) ?? 0;
  const named = { file_name: file.name, mime_type: file.mimeType };
  switch (file.kind) {
    case 'photo':
      return { photo: [{ ...base, ...size }] };
    case 'document':
      return { document: { ...base, ...named } };
    case 'video':
      return { video: { ...base, ...named, ...size, duration } };
    case 'animation': {
      const animation = { ...base, ...named, ...size, duration };
      return { animation, document: { ...base, ...named } };
    }
    case 'audio': {
      const title = args?.text('title');
      const performer = args?.text('performer');
      const tags = { ...(title && { title }), ...(performer && { performer }) };
      return { audio: { ...base, ...named, duration, ...tags } };
    }
    case 'voice':
      return { voice: { ...base, mime_type: file.mimeType, duration } };
    case 'video_note':
      return { video_note: { ...base, length: args?.integer('length', 240) ?? 240, duration } };
    case 'sticker': {
      const form = { type: 'regular', is_animated: false, is_video: false };
      return { sticker: { ...base, ...form, ...size, emoji: args?.text('emoji') || '🙂' } };
    }
  }
}
