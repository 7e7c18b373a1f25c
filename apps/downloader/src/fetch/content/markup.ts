/** Markup that a browser or an image decoder would interpret. */
export type Markup = 'image/svg+xml' | 'text/html';

/**
 * Whether a file starts as an SVG or HTML document, whatever else its bytes look like. White space, comments and XML
 * declarations at the start are skipped, as in browsers (mimesniff.spec.whatwg.org). Runs in linear time.
 */
export function readMarkup(sample: Buffer): Markup | undefined {
  const text = decode(sample);
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let isXml = false;
  for (;;) {
    at = match(space, text, at);
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at + 4);
      // The comment ends beyond the sample: a browser would treat the file as a page.
      if (end < 0) return 'text/html';
      at = end + 3;
    } else if (match(declaration, text, at) > at) {
      isXml = true;
      const end = text.indexOf('>', at);
      if (end < 0) return undefined;
      at = end + 1;
    } else {
      break;
    }
  }
  if (match(drawing, text, at) > at) return 'image/svg+xml';
  return match(isXml ? pageInXml : page, text, at) > at ? 'text/html' : undefined;
}

const space = /[\s\0]*/y;
const declaration = /<\?xml/iy;
const drawing = /<(?:!doctype\s{1,100}svg|(?:[\w-]{1,100}:)?svg)(?![\w-])/iy;
const page =
  /<(?:!doctype\s{1,100}html|html|head|body|script|iframe|table|style|title|h1|div|font|img|a|p|br|b)[\s>/]/iy;
const pageInXml = /<(?:!doctype\s{1,100}html|(?:[\w-]{1,100}:)?html|head|body|script)[\s>/]/iy;

/** @returns the end of the match; `at` when there is none */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** One character per byte, except for UTF-16 with a byte order mark: everything searched for is ASCII. */
function decode(sample: Buffer): string {
  const mark = sample.length < 2 ? 0 : sample.readUInt16BE(0);
  const isUtf16 = mark === 0xfffe || mark === 0xfeff;
  if (!isUtf16) return sample.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  const even = Buffer.from(sample.subarray(0, sample.length - (sample.length % 2)));
  return (mark === 0xfffe ? even : even.swap16()).toString('utf16le');
}
