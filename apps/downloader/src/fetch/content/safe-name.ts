import { toUSVString } from 'node:util';
import sanitize from 'sanitize-filename';

/** File systems take 255 bytes; a storage or a processor may want to add to it. */
const MOST_BYTES = 200;
const MOST_EXTENSION_BYTES = 20;

/** Text that runs the other way, or is not seen, makes `gpj.exe` of a program. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u{34f}\u{115f}\u{1160}\u{3164}\u{ffa0}]/gu;
/** What passes for a slash or a backslash, or becomes one when it is normalised. */
const slashLike = /[\u2044\u2215\u2216\u29f5\u29f8\u29f9\uff0f\uff3c\ufe68]/g;
const windowsDevices = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[\d¹²³])(?=\s*(\.|$))/i;

/**
 * A name that may be shown and written: no folder, nothing unseen, no device of Windows, 200 bytes at most with the
 * extension kept. Never used as a path of ours all the same.
 *
 * @param fallback when nothing of the name is left
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
    // A name that begins so is hidden, or an option of a command.
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
  // What was cut in two becomes U+FFFD.
  return withoutEnd(withoutEnd(stem.toString(), '\ufffd'), '. ') + kept;
}

/** Without the characters of `unwanted` at its end; a pattern would try at each of them anew. */
function withoutEnd(name: string, unwanted: string): string {
  let end = name.length;
  while (end > 0 && unwanted.includes(name[end - 1]!)) end -= 1;
  return name.slice(0, end);
}
