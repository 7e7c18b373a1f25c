import { isImage, photoSize } from '../world/photo-size.js';
import type { StoredFile } from '../world/files.js';
import type { Arguments } from './arguments.js';

/** Pictures that accompany a file. */
export interface Pictures {
  thumbnail?: StoredFile | undefined;
  /** Of videos only. */
  cover?: StoredFile | undefined;
}

/**
 * The message field that shows a file, such as `photo: [...]`. `args` are those of the call, which may describe the
 * file.
 */
export function mediaField(
  file: StoredFile,
  args?: Arguments,
  { thumbnail, cover }: Pictures = {},
): Record<string, unknown> {
  const base = baseOf(file);
  const natural = photoSize(file.content.head);
  const size = {
    width: args?.integer('width', natural.width, 1) ?? natural.width,
    height: args?.integer('height', natural.height, 1) ?? natural.height,
  };
  const duration = args?.integer('duration', 0, 0) ?? 0;
  const named = { file_name: file.name, mime_type: file.mimeType };
  const pictured = thumbnail ? { thumbnail: pictureOf(thumbnail) } : {};
  switch (file.kind) {
    case 'photo':
      return { photo: [{ ...base, ...natural }] };
    case 'document':
      return { document: { ...base, ...named, ...pictured } };
    case 'video': {
      const start_timestamp = args?.integer('start_timestamp', 0, 0) ?? 0;
      const more = {
        ...(cover && { cover: [pictureOf(cover)] }),
        ...(start_timestamp > 0 && { start_timestamp }),
      };
      return { video: { ...base, ...named, ...size, duration, ...pictured, ...more } };
    }
    case 'animation': {
      const document = { ...base, ...named, ...pictured };
      return { animation: { ...document, ...size, duration }, document };
    }
    case 'audio': {
      const title = args?.text('title');
      const performer = args?.text('performer');
      const tags = { ...(title && { title }), ...(performer && { performer }) };
      return { audio: { ...base, ...named, duration, ...tags, ...pictured } };
    }
    case 'voice':
      return { voice: { ...base, mime_type: file.mimeType, duration } };
    case 'video_note': {
      const length = args?.integer('length', 240) ?? 240;
      return { video_note: { ...base, length, duration, ...pictured } };
    }
    case 'sticker': {
      const form = { type: 'regular', is_animated: false, is_video: false };
      return { sticker: { ...base, ...form, ...natural, emoji: args?.text('emoji') || '🙂' } };
    }
  }
}

/** Telegram ignores a thumbnail that is not an image or is too large. */
export function isThumbnail(bytes: Buffer): boolean {
  return isImage(bytes) && bytes.length <= 200 * 1024;
}

function pictureOf(file: StoredFile): Record<string, unknown> {
  return { ...baseOf(file), ...photoSize(file.content.head) };
}

function baseOf(file: StoredFile) {
  return {
    file_id: file.fileId,
    file_unique_id: file.uniqueId,
    file_size: file.content.size,
  };
}
