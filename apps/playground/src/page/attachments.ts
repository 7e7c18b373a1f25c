/** A kind of file that the page can send, with its entry in the attachment menu. */
export interface Attachment {
  kind: FileKind;
  label: string;
  /** The files that the browser's file dialog offers. */
  accept?: string;
  /** Whether several can be sent as one album. */
  inAlbum: boolean;
}

export type FileKind =
  'photo' | 'video' | 'document' | 'audio' | 'voice' | 'video_note' | 'animation' | 'sticker';

/** The attachment menu, top to bottom. */
export const attachments: readonly Attachment[] = [
  { kind: 'photo', label: 'Photo', accept: 'image/*', inAlbum: true },
  { kind: 'video', label: 'Video', accept: 'video/*', inAlbum: true },
  { kind: 'document', label: 'File', inAlbum: true },
  { kind: 'audio', label: 'Music', accept: 'audio/*', inAlbum: true },
  { kind: 'voice', label: 'Voice message', accept: 'audio/*', inAlbum: false },
  { kind: 'video_note', label: 'Video message', accept: 'video/*', inAlbum: false },
  { kind: 'animation', label: 'GIF', accept: 'image/gif,video/mp4', inAlbum: false },
  { kind: 'sticker', label: 'Sticker', accept: 'image/webp,image/png', inAlbum: false },
];

/** A file that the playground generates, so that large ones take neither disk nor upload. */
export interface GeneratedFile {
  name: string;
  /** Bytes. */
  size: number;
  type: string;
}

/** The maximum size of an album at Telegram. */
const albumSize = 10;

/** The forms that send these files, in order. Several files form albums; the caption belongs to the first one. */
export function formsOf(
  files: readonly File[],
  about: { kind: FileKind; caption: string; place: Readonly<Record<string, number>> },
): FormData[] {
  const { kind, caption, place } = about;
  const group = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
  return files.map((file, index) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(place)) form.set(name, String(value));
    form.set('kind', kind);
    if (caption && index === 0) form.set('caption', caption);
    if (files.length > 1) form.set('media_group_id', String(group - Math.floor(index / albumSize)));
    form.set('file', file);
    return form;
  });
}
