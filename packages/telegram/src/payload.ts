/** Whether the call sends a file from here, so that it may take minutes. */
export function carriesUpload(payload: unknown): boolean {
  return findFile(payload, (file) => 'source' in file || 'url' in file);
}

/** False for a stream: it is read once, so a second request would carry an empty file. */
export function canBeSentAgain(payload: unknown): boolean {
  return !findFile(
    payload,
    ({ source }) => isObject(source) && typeof source['pipe'] === 'function',
  );
}

/** Where the Bot API takes a file; in any other field an object is JSON. */
const fileFields: ReadonlySet<string> = new Set([
  'animation',
  'audio',
  'certificate',
  'document',
  'media',
  'photo',
  'sticker',
  'thumb',
  'thumbnail',
  'video',
  'video_note',
  'voice',
]);

/** Telegraf leaves `reply_parameters` and its like out of a form, and uploads what `link_preview_options.url` leads to. */
export function withJsonFields(payload: object): object {
  const fields = Object.entries(payload).map(([name, value]: [string, unknown]) => {
    const isJson = isObject(value) && !Array.isArray(value) && !fileFields.has(name);
    return [name, isJson ? JSON.stringify(value) : value];
  });
  return Object.fromEntries(fields) as object;
}

/** Looks where the Bot API has files: `photo`, `media.media`, `media[].media`, `media[].thumbnail`. */
function findFile(
  value: unknown,
  matches: (file: Record<string, unknown>) => boolean,
  depth = 3,
): boolean {
  if (!isObject(value) || Buffer.isBuffer(value)) return false;
  if (matches(value)) return true;
  return depth > 0 && Object.values(value).some((inner) => findFile(inner, matches, depth - 1));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
