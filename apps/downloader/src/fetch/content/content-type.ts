import { isUtf8 } from 'node:buffer';
import { closeSync, openSync } from 'node:fs';
import { fileTypeFromTokenizer } from 'file-type';
import { createFileTokenizer, readStart } from './file-tokenizer.js';
import { readMarkup } from './markup.js';

const SAMPLE = 16 * 1024;

/**
 * The MIME type of a file, detected from its content; `application/octet-stream` when it cannot be detected.
 *
 * @param declared selects among the kinds of plain text, which the content does not distinguish
 */
export async function readContentType(path: string, declared: string | undefined): Promise<string> {
  const { known, sample } = await detectFrom(path);
  // Markup first: a comment can contain what looks like the start of a picture.
  const markup = readMarkup(sample);
  if (markup) return markup;
  const text = asText(sample);
  // Pictures, sounds, videos and fonts are never text, so a text that is detected as one only imitates it.
  const imitates = text !== undefined && known !== undefined && media.test(known.mime);
  if (known && !imitates) return withoutParameters(known.mime);
  if (text === undefined) return 'application/octet-stream';
  const declaredType = withoutParameters(declared ?? '').toLowerCase();
  return plainTexts.test(declaredType) ? declaredType : 'text/plain';
}

const media = /^(?:image|audio|video|font)\/|^application\/(?:ogg|mp4|mxf)\b/;
const plainTexts =
  /^text\/(plain|csv|tab-separated-values|markdown|x-[\w-]+|calendar|vcard|css|yaml)$|^application\/(json|x-ndjson|yaml|x-yaml|toml|sql|x-subrip)$/;

async function detectFrom(
  path: string,
): Promise<{ known: { mime: string } | undefined; sample: Buffer }> {
  const fd = openSync(path, 'r');
  try {
    const known = await fileTypeFromTokenizer(createFileTokenizer(fd)).catch(() => undefined);
    return { known, sample: whole(readStart(fd, SAMPLE)) };
  } finally {
    closeSync(fd);
  }
}

function withoutParameters(type: string): string {
  return type.split(';')[0]!.trim();
}

/** Undefined when it is not UTF-8, or contains control characters that no text has. */
function asText(sample: Buffer): string | undefined {
  if (!isUtf8(sample)) return undefined;
  // By index: an iterator is ten times slower.
  for (let at = 0; at < sample.length; at += 1) if (isControl(sample[at]!)) return undefined;
  return sample.toString();
}

/** Except for tabs, line breaks and escape: logs contain colours. */
function isControl(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127;
}

/** The bytes without an incomplete character at their end. */
function whole(bytes: Buffer): Buffer {
  let lead = bytes.length - 1;
  while (lead >= 0 && bytes.length - lead < 4 && (bytes[lead]! & 0xc0) === 0x80) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead + length > bytes.length ? bytes.subarray(0, lead) : bytes;
}
