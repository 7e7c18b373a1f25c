import { asFields, type Fields } from './fields.js';
import type { MediaFile, MediaKind } from './files.js';

/** In order of precedence: an animation also has a document field. */
const fieldsOfOneFile: readonly MediaKind[] = [
  'animation',
  'document',
  'video',
  'audio',
  'voice',
  'video_note',
  'sticker',
];

/** The length to which captions are truncated: they are searched, not displayed. */
const LONGEST_CAPTION = 200;

/**
 * The file of a message: the largest size of a photo, and an animation rather than its document field. Undefined when
 * the message has no downloadable file. Pictures in service messages do not count.
 *
 * @param message a Bot API `Message`, or its `reply_to_message` or `external_reply`, unvalidated
 */
export function mediaIn(message: object): MediaFile | undefined {
  const fields = message as Fields;
  const { caption } = fields;
  const file = fileIn(fields);
  const isCaptioned = isText(caption) && caption !== '';
  return file && isCaptioned ? { ...file, caption: cut(caption) } : file;
}

function fileIn(fields: Fields): MediaFile | undefined {
  for (const kind of fieldsOfOneFile) {
    const file = fileOf(kind, asFields(fields[kind]));
    if (file) return file;
  }
  return fileOf('photo', largest(fields['photo']));
}

/** Truncates without splitting a surrogate pair. */
function cut(caption: string): string {
  return [...caption].slice(0, LONGEST_CAPTION).join('');
}

function fileOf(kind: MediaKind, fields: Fields | undefined): MediaFile | undefined {
  const { file_id, file_unique_id, file_size, file_name, mime_type } = fields ?? {};
  if (!isText(file_id) || !isText(file_unique_id)) return undefined;
  return {
    kind,
    fileId: file_id,
    fileUniqueId: file_unique_id,
    ...(isCount(file_size) && { size: file_size }),
    ...(isText(file_name) && { name: file_name }),
    ...(isText(mime_type) && { type: mime_type }),
  };
}

function largest(sizes: unknown): Fields | undefined {
  let best: Fields | undefined;
  for (const size of Array.isArray(sizes) ? sizes : []) {
    const photo = asFields(size);
    if (photo && area(photo) >= area(best)) best = photo;
  }
  return best;
}

function area(photo: Fields | undefined): number {
  return (Number(photo?.['width']) || 0) * (Number(photo?.['height']) || 0);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
