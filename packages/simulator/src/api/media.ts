import type { MediaKind } from '@chatlane/contracts';
import type { Simulator } from '../simulator.js';
import type { StoredFile } from '../world/files.js';
import { ApiError, badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { fetchFile } from './fetch-file.js';
import { uploaded, type Upload } from './upload.js';

const largestPhotoUploadBytes = 10 * 2 ** 20;

/** The kind's name in Telegram's errors (td FileType). */
export function typeName(kind: MediaKind): string {
  if (kind === 'voice') return 'VoiceNote';
  return kind.replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * The file that an argument names: an upload, `attach://part`, a file_id, or a URL that is fetched.
 *
 * @throws ApiError
 */
export async function givenFile(
  { world }: Simulator,
  args: Arguments,
  given: { value: string; upload: Upload | undefined; kind: MediaKind },
): Promise<StoredFile> {
  const { value, kind } = given;
  const upload = value.startsWith('attach://')
    ? args.file(value.slice('attach://'.length))
    : given.upload;
  if (upload) {
    if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
    if (kind === 'photo' && upload.bytes.length > largestPhotoUploadBytes) {
      throw new ApiError(413, 'Request Entity Too Large');
    }
    return world.files.add(uploaded(upload, kind));
  }
  if (value === '') throw badRequest(`there is no ${kind.replace('_', ' ')} in the request`);
  if (/^https?:\/\//.test(value)) return world.files.add(await fetchFile(value, kind));
  const known = world.files.get(value);
  if (!known) throw badRequest('wrong file identifier/HTTP URL specified');
  // Only photos are strict: any other file is sent as its own kind (td FileManager, is_document_file_type).
  if ((known.kind === 'photo') !== (kind === 'photo')) {
    throw badRequest(`can't use file of type ${typeName(known.kind)} as ${typeName(kind)}`);
  }
  return known;
}
