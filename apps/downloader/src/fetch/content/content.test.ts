import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeflateRaw } from 'node:zlib';
import type { MediaKind } from '@chatlane/contracts';
import { namesStayInside } from './archive-names.js';
import { readContentType } from './content-type.js';
import { inspectContent } from './inspect-content.js';
import { safeName } from './safe-name.js';
import { contradicts, isTaken } from './taken-types.js';
import { zipOf } from './zip.testkit.js';

let dir: string;
beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'chatlane-content-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(dir, 'file');
  await writeFile(path, content);
  return path;
}

describe('safeName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\x\\évil.doc', 'évil.doc'],
    ['a\u0000b\u0007\u009f.txt', 'ab.txt'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['zero\u200bwidth\ufeff.txt', 'zerowidth.txt'],
    ['a\u2215b\uff0fc\uff3cd.txt', 'a_b_c_d.txt'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['com¹.log', '_com¹.log'],
    ['aux .pdf', '_aux .pdf'],
    ['NUL  . txt', '_NUL . txt'],
    ['prn\u00a0', '_prn'],
    ['auxiliary .pdf', 'auxiliary .pdf'],
    ['.htaccess', 'htaccess'],
    ['-rf', 'rf'],
    ['dots and spaces. . .', 'dots and spaces'],
    ['a<b>c:d|e?f*g"h', 'a_b_c_d_e_f_g_h'],
    ['...', 'document'],
    ['', 'document'],
    [undefined, 'document'],
    ['\ud800.txt', '\ufffd.txt'],
    ['файл с именем.docx', 'файл с именем.docx'],
  ])('turns %j into %j', (name, safe) => expect(safeName(name, 'document')).toBe(safe));

  it('truncates to 200 bytes, keeping the extension and whole characters', () => {
    const safe = safeName(`${'ы😀'.repeat(100)}.tar.gz`, 'document');
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200);
    expect(safe).toMatch(/^(ы😀)+ы?\.gz$/u);
  });
});

describe('the type of a file', () => {
  it.each<[string, string | Buffer, string | undefined, string]>([
    [
      'a picture',
      Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'text/plain',
      'image/png',
    ],
    ['a program', Buffer.from('4d5a90000300', 'hex'), 'image/png', 'application/x-msdownload'],
    ['a text', 'as they are\n', undefined, 'text/plain'],
    ['a text in two-byte characters', 'ы'.repeat(40_000), undefined, 'text/plain'],
    ['a table', 'a,b\n1,2\n', 'text/csv; charset=utf-8', 'text/csv'],
    ['a web page declared as a text', ' <!-- x --> <HTML><script>', 'text/plain', 'text/html'],
    ['an SVG', '<?xml version="1.0"?><svg onload="x">', 'image/png', 'image/svg+xml'],
    ['some XML', '<?xml version="1.0"?><a/>', undefined, 'application/xml'],
    ['a script declared as a script', 'alert(1)', 'text/javascript', 'text/plain'],
    ['forty comments and then no element', `${'<!---->'.repeat(40)}x`, undefined, 'text/plain'],
    ['only comments', '<!---->'.repeat(2_000), undefined, 'text/plain'],
    ['a comment without an end', `<!--${'-'.repeat(20_000)}`, undefined, 'text/html'],
    ['an SVG that starts like an AVIF', '<!--ftypavif--><svg/>', 'image/avif', 'image/svg+xml'],
    ['a web page that starts like a video', '<!--ftypmp42-->\n<script>', 'video/mp4', 'text/html'],
    ['such a page with a zero byte', '<!--ftypmp42\0--><html>', 'video/mp4', 'text/html'],
    ['a text that starts like a video', 'abcdftypmp42 and more', 'video/mp4', 'text/plain'],
    ['an SVG in UTF-16', Buffer.from('\ufeff<svg/>', 'utf16le'), undefined, 'image/svg+xml'],
    ['an SVG with a namespace prefix', '<?xml version="1.0"?><x:svg/>', undefined, 'image/svg+xml'],
    [
      'bytes that are not a text',
      Buffer.from([1, 2, 3, 255]),
      'image/png',
      'application/octet-stream',
    ],
    ['nothing', '', 'text/csv', 'text/csv'],
  ])('is detected from the content: %s', async (_, content, declared, type) => {
    expect(await readContentType(await fileOf(content), declared)).toBe(type);
  });

  it.each<[MediaKind, string | undefined, string, boolean]>([
    ['document', 'application/pdf', 'application/x-msdownload', true],
    ['document', 'application/pdf', 'text/html', true],
    ['document', 'image/png', 'image/jpeg', false],
    ['document', 'application/pdf', 'application/octet-stream', false],
    ['document', 'application/octet-stream', 'application/x-elf', false],
    ['document', undefined, 'application/x-elf', false],
    ['document', 'application/x-zip-compressed', 'application/zip', false],
    ['document', 'application/msword', 'text/html', false],
    ['photo', undefined, 'text/html', true],
    ['photo', undefined, 'image/jpeg', false],
    ['voice', 'audio/ogg', 'audio/ogg', false],
    ['audio', 'audio/mp4', 'video/mp4', false],
    ['video', 'video/mp4', 'application/zip', true],
    ['animation', 'video/mp4', 'image/gif', false],
  ])('of a %s declared as %s and found to be %s is a contradiction: %s', (kind, type, found, is) =>
    expect(contradicts({ kind, type }, found)).toBe(is),
  );

  it('is accepted by its name, by its family, or with `*/*`', () => {
    expect(isTaken('image/png', ['image/png'])).toBe(true);
    expect(isTaken('image/png', ['application/pdf', 'image/*'])).toBe(true);
    expect(isTaken('image/png', ['*/*'])).toBe(true);
    expect(isTaken('image/png', ['image/jpeg', 'imag/*'])).toBe(false);
  });
});

describe('the names of an archive', () => {
  it.each<[string, Parameters<typeof zipOf>[0], boolean]>([
    ['plain names', [{ name: 'a/b.txt' }, { name: 'a/' }, { name: '..b/c..' }], true],
    ['none', [], true],
    [
      'a name that starts with ..',
      [{ name: 'a.txt' }, { name: '../../.ssh/authorized_keys' }],
      false,
    ],
    ['a name with .. in the middle', [{ name: 'a/../../b' }], false],
    ['a name with .. and backslashes', [{ name: 'a\\..\\..\\b' }], false],
    ['an absolute name', [{ name: '/etc/passwd' }], false],
    ['a name with a drive', [{ name: 'C:/windows/win.ini' }], false],
    ['a different name in the local header', [{ name: 'a.txt', before: '../a.tx' }], false],
    ['a link inside', [{ name: 'a', link: 'b/c' }], true],
    ['a link that leads outside', [{ name: 'a', link: '../..' }], false],
    ['an absolute link', [{ name: 'a', link: '/etc' }], false],
    ['a Unicode name that leads outside', [{ name: 'a', unicode: '../b' }], false],
    ['a Unicode name inside', [{ name: 'a', unicode: 'ä' }], true],
    ['a Unicode name in the local header only', [{ name: 'a', unicodeBefore: '/b' }], false],
    [
      'an unlisted name that leads outside',
      [{ name: 'a' }, { name: '../b', isUnlisted: true }],
      false,
    ],
    ['an unlisted name inside', [{ name: 'a' }, { name: 'b', isUnlisted: true }], true],
    ['a name with a zero byte', [{ name: 'a\0/../b' }], false],
  ])('are accepted only if they stay inside the folder: %s', async (_, entries, stay) => {
    expect(namesStayInside(await fileOf(zipOf(entries)))).toBe(stay);
  });

  it.each<[string, (zip: Buffer) => Buffer]>([
    ['junk in front', (zip) => Buffer.concat([randomBytes(20), zip])],
    ['a picture in front', (zip) => Buffer.concat([Buffer.from('GIF89a'), zip])],
    ['junk behind', (zip) => Buffer.concat([zip, randomBytes(1_000)])],
    ['a harmless archive behind', (zip) => Buffer.concat([zip, zipOf([{ name: 'a' }])])],
    ['a harmless archive in front', (zip) => Buffer.concat([zipOf([{ name: 'a' }]), zip])],
    ['another mark in front', (zip) => Buffer.concat([Buffer.from('PK\x07\x08'), zip])],
  ])('are found with %s', async (_, change) => {
    const climbs = await fileOf(change(zipOf([{ name: '../b' }])));
    expect(namesStayInside(climbs)).toBe(false);
    const stays = await fileOf(change(zipOf([{ name: 'b' }])));
    expect(namesStayInside(stays)).toBe(true);
  });

  it.each(['.docm', '.vsdx'])('are checked in %s', async (extension) => {
    const part = { '.docm': 'ms-word.document.macroEnabled', '.vsdx': 'ms-visio.drawing' }[
      extension
    ];
    const types = `<Types><Override ContentType="application/vnd.${part}.main+xml"/></Types>`;
    const office = { name: '[Content_Types].xml', content: types };
    const { isSafe } = await inspectContent(
      await fileOf(zipOf([office, { name: '../b' }])),
      undefined,
    );
    expect(isSafe).toBe(false);
  });

  it('are at most 100,000', async () => {
    const many = Array.from({ length: 100_001 }, (_each, index) => ({ name: String(index) }));
    expect(namesStayInside(await fileOf(zipOf(many)))).toBe(false);
  });

  it('are not searched for in other files', async () => {
    const mentions = Buffer.concat([
      Buffer.from('abc'),
      Buffer.from('PK\x05\x06'),
      randomBytes(30),
    ]);
    expect(namesStayInside(await fileOf(mentions))).toBe(true);
  });

  it('are refused when a link inflates beyond its declared size, without using much memory', async () => {
    const zeros = Buffer.alloc(2 ** 20);
    const bomb = createDeflateRaw();
    for (let megabytes = 0; megabytes < 300; megabytes += 1) bomb.write(zeros);
    bomb.end();
    const deflated = Buffer.concat((await bomb.toArray()) as Buffer[]);
    const path = await fileOf(zipOf([{ name: 'a', link: '', deflated, declared: 10 }]));
    const before = process.memoryUsage.rss();
    expect(namesStayInside(path)).toBe(false);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  });

  it('are refused when they cannot be read', async () => {
    const torn = zipOf([{ name: 'a.txt' }]).subarray(0, -10);
    expect(namesStayInside(await fileOf(torn))).toBe(false);
  });
});
