/** Types that a browser displays without running anything, in their canonical spelling: no SVG, no HTML, no PDF. */
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

/** Headers that make an untrusted file harmless: whatever a browser could run is downloaded without a type. */
export interface SafeHeaders {
  /** The `Content-Disposition` header: `inline` for types that a browser cannot run, else `attachment`. */
  contentDisposition: string;
  /** The `Content-Type` header. */
  contentType: string;
}

/**
 * The headers for serving a file to a browser.
 *
 * @param file.name the name that the user gave it; may contain any characters
 */
export function safeHeaders(file: { name: string; type: string }): SafeHeaders {
  const type = file.type.toLowerCase();
  const inline = shown.has(type);
  return {
    contentDisposition: `${inline ? 'inline' : 'attachment'}; ${named(file.name)}`,
    contentType: inline ? type : 'application/octet-stream',
  };
}

/** RFC 6266: an ASCII name for every client, followed by the full name (RFC 8187), which browsers prefer. */
function named(given: string): string {
  const name = [...given.replaceAll(unwanted, '_')].slice(0, 200).join('') || 'file';
  const plain = name.replaceAll(/[^A-Za-z0-9 ._-]/g, '_');
  const full = encodeURIComponent(name).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `filename="${plain}"; filename*=UTF-8''${full}`;
}

/** Path separators, control characters, lone surrogates, and characters that change the text direction. */
const unwanted = /[/\\\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
