import type { MediaKind } from '@chatlane/contracts';

/**
 * Whether a type matches one of `patterns`: a type, `image/*`, or all types.
 *
 * @param patterns DOWNLOAD_TYPES, in lower case
 */
export function isTaken(type: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*/*' ||
      pattern === type ||
      (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1))),
  );
}

type Family = 'image' | 'media' | 'font' | 'pdf' | 'archive' | 'program' | 'text';

/** The families allowed for Telegram's kinds; a document may be anything. */
const familiesOfKind: Partial<Record<MediaKind, readonly Family[]>> = {
  photo: ['image'],
  video: ['media'],
  audio: ['media'],
  voice: ['media'],
  video_note: ['media'],
  animation: ['image', 'media'],
  sticker: ['image', 'media'],
};

/**
 * Whether the content contradicts the declaration: a program called a PDF, a web page sent as a photo. Types have many
 * names, and senders get them wrong, so only a different family is a contradiction.
 */
export function contradicts(
  media: { kind: MediaKind; type?: string | undefined },
  contentType: string,
): boolean {
  const is = familyOf(contentType);
  if (is === undefined) return false;
  const ofKind = familiesOfKind[media.kind];
  if (ofKind) return !ofKind.includes(is);
  const declaredFamily = media.type === undefined ? undefined : familyOf(media.type.toLowerCase());
  return declaredFamily !== undefined && declaredFamily !== is;
}

function familyOf(type: string): Family | undefined {
  return families.find(([pattern]) => pattern.test(type))?.[1];
}

const families: readonly (readonly [RegExp, Family])[] = [
  [/^image\/svg\+xml/, 'text'],
  [/^image\//, 'image'],
  [/^(audio|video)\/|^application\/(ogg|mp4|mxf)\b/, 'media'],
  [/^font\//, 'font'],
  [/^application\/(x-)?pdf\b/, 'pdf'],
  [
    /^application\/(zip|x-zip|x-zip-compressed|epub\+zip|java-archive|vnd\.android\.package-archive|vnd\.openxmlformats|vnd\.oasis\.opendocument|vnd\.ms-(?:word|excel|powerpoint|visio)\.)/,
    'archive',
  ],
  [
    /^application\/(x-msdownload|x-msdos-program|x-dosexec|x-elf|x-executable|x-sharedlib|x-mach-binary|vnd\.microsoft\.portable-executable)\b/,
    'program',
  ],
  [
    /^text\/|^application\/(json|x-ndjson|xml|xhtml\+xml|yaml|x-yaml|toml|sql|javascript)\b/,
    'text',
  ],
];
