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
