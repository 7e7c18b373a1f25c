import type { MediaKind } from '@chatlane/contracts';
import { heldContent } from '../world/content.js';
import type { NewFile } from '../world/files.js';

/** A file part of a multipart request. */
export interface Upload {
  name: string;
  mimeType: string;
  bytes: Buffer;
}

const mimeTypes: Partial<Record<MediaKind, string>> = {
  photo: 'image/jpeg',
  video: 'video/mp4',
  animation: 'video/mp4',
  video_note: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  sticker: 'image/webp',
};

/** For most kinds the MIME type is fixed by Telegram, whatever the uploader declared. */
export function uploaded({ name, mimeType, bytes }: Upload, kind: MediaKind): NewFile {
  return { kind, name, mimeType: mimeTypeOf(kind, mimeType), content: heldContent(bytes) };
}

/** The MIME type that Telegram gives a file of this kind. */
export function mimeTypeOf(kind: MediaKind, declared: string): string {
  return mimeTypes[kind] ?? declared;
}
