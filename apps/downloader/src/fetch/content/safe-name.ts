import { toUSVString } from 'node:util';
import sanitize from 'sanitize-filename';

/** File systems allow 255 bytes; this leaves room for a storage or a processor to add something. */
const MOST_BYTES = 200;
const MOST_EXTENSION_BYTES = 20;

/** Direction overrides and invisible characters disguise a program as `gpj.exe`. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{34f}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;
/** Characters that look like a slash or backslash, or normalize to one. */
const slashLike = /[\u2044\u2215\u2216\u29f5\u29f8\u29f9\uff0f\uff3c\ufe68]/g;
const windowsDevices = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[\d¹²³])(?=\s*(\.|$))/i;

/**
 * A name that is safe to display and to use as a file name: no folders, no invisible characters, no Windows device
 * names, at most 200 bytes with the extension kept. It is still never used as a path here.
 *
 * @param fallback used when nothing of the name remains
 */
export function safeName(name: string | undefined, fallback: string): string {
  const last = toUSVString(name ?? '')
    .normalize('NFC')
    .split(/[\\/]/)
    .at(-1)!;
  const seen = last
    .replace(slashLike, '_')
    .replace(unseen, '')
    .replace(/\s+/g, ' ')
    // A leading dot hides a file, and a leading hyphen makes it an option of a command.
    .replace(/^[.\-~ ]+/, '');
  const named = withoutEnd(seen, '. ').replace(windowsDevices, '_$&');
  const safe = sanitize(shortened(named), { replacement: '_' });
  return /^_*$/.test(safe) ? fallback : safe;
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? name.slice(dot) : '';
  const kept = Buffer.byteLength(extension) <= MOST_EXTENSION_BYTES ? extension : '';
  const room = MOST_BYTES - Buffer.byteLength(kept);
  const stem = Buffer.from(kept === '' ? name : name.slice(0, dot)).subarray(0, room);
  // Truncated characters decode to U+FFFD.
  return withoutEnd(withoutEnd(stem.toString(), '\ufffd'), '. ') + kept;
}

/** Removes the characters of `unwanted` from the end. A regular expression would take quadratic time. */
function withoutEnd(name: string, unwanted: string): string {
  let end = name.length;
  while (end > 0 && unwanted.includes(name[end - 1]!)) end -= 1;
  return name.slice(0, end);
}
