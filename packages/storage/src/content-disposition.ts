/** Types that a browser shows and never runs, by their own name; no SVG, no HTML, no PDF. */
const shown = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'video/mp4',
  'video/webm',
  'video/quicktime',
]);

/** Headers under which a stranger's file does no harm: what a browser could run is a download of no type. */
export interface SafeHeaders {
  contentDisposition: string;
  contentType: string;
}

/**
 * How a file is handed to a browser.
 * @param file.name as the user called it, with whatever characters.
 */
export function safeHeaders(file: { name: string; type: string }): SafeHeaders {
  const type = file.type.toLowerCase();
  const inline = shown.has(type);
  return {
    contentDisposition: `${inline ? 'inline' : 'attachment'}; ${named(file.name)}`,
    contentType: inline ? type : 'application/octet-stream',
  };
}

/** RFC 6266: a plain name for all, and after it the full one (RFC 8187) that browsers prefer. */
function named(given: string): string {
  const name = [...given.replaceAll(unwanted, '_')].slice(0, 200).join('') || 'file';
  const plain = name.replaceAll(/[^A-Za-z0-9 ._-]/g, '_');
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `filename="${plain}"; filename*=UTF-8''${full}`;
}

/** Folders, controls, halves of characters, and what turns the reading direction of a name around. */
const unwanted = /[/\\\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
