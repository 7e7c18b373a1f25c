import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';

const SAMPLE = 64 * 1024;

/**
 * MIME type of a file, told from its content; `application/octet-stream` when nothing tells.
 *
 * @param declared chooses among the kinds of plain text, which the content does not tell apart
 */
export async function readContentType(path: string, declared: string | undefined): Promise<string> {
  const sample = await readSample(path);
  const known = await fileTypeFromFile(path).catch(() => undefined);
  if (known && known.mime !== 'application/xml') {
    return withoutParameters(known.mime);
  }
  const text = asText(sample);
  if (text === undefined) return 'application/octet-stream';
  if (/^(<\?xml[^>]*>|<!--[^]*?-->|\s)*<(!doctype svg|svg)\b/i.test(text)) {
    return 'image/svg+xml';
  }
  // As browsers tell it (mimesniff.spec.whatwg.org), so that no page passes for a text.
  if ((known ? pageInXml : page).test(text)) return 'text/html';
  if (known) return 'application/xml';
  const said = withoutParameters(declared ?? '').toLowerCase();
  return plainTexts.test(said) ? said : 'text/plain';
}

const page =
  /^(<!--[^]*?-->|\s)*<(!doctype html|html|head|body|script|iframe|table|style|title|h1|div|font|img|a|p|br|b)[\s>/]/i;
const pageInXml = /^(<\?xml[^>]*>|<!--[^]*?-->|\s)*<(!doctype html|html|head|body|script)[\s>/]/i;
const plainTexts =
  /^text\/(plain|csv|tab-separated-values|markdown|x-[\w-]+|calendar|vcard|css|yaml)$|^application\/(json|x-ndjson|yaml|x-yaml|toml|sql|x-subrip)$/;

function withoutParameters(type: string): string {
  return type.split(';')[0]!.trim();
}

async function readSample(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE), 0, SAMPLE, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** undefined: not UTF-8, or with control characters that no text has. */
function asText(sample: Buffer): string | undefined {
  try {
    // A character may be cut in two at the sample's end.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return sample.some(isControl) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** But for tab, line feed and its like, and escape: logs have colours. */
function isControl(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127;
}
