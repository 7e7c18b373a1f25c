import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { until } from '@chatlane/testing';
import { failureOf, partsOf, startClient, token } from './bot-api.testkit.js';
import { NeverRetryError } from './errors.js';
import { createTelegramClient } from './client.js';

const content = randomBytes(200_000);
let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
  path = join(folder, 'report "1".pdf');
  await writeFile(path, content);
});
afterAll(() => rm(folder, { recursive: true }));

/** Sources that Telegraf's types do not cover. */
type AnySource = { source: never };

describe('an upload', () => {
  it.each<[string, () => unknown]>([
    ['a path', () => path],
    ['a Buffer', () => Buffer.concat([Buffer.from('x'), content]).subarray(1)],
    ['a file stream', () => createReadStream(path)],
    [
      'a stream of unknown length',
      () => Readable.from([content.subarray(0, 9), content.subarray(9)]),
    ],
    ['a web stream', () => Readable.toWeb(createReadStream(path))],
  ])('sends the bytes of %s', async (_, source) => {
    await using test = await startClient();
    await test.telegram.sendDocument(42, { source: source() } as AnySource, { caption: 'a\nb' });
    const form = partsOf(test.api.requests[0]!);
    expect(form).toMatchObject({ chat_id: '42', caption: 'a\nb' });
    expect(Buffer.compare(form['document'] as Buffer, content)).toBe(0);
  });

  it('uses the given file name, otherwise that of the path, otherwise one for the kind of file', async () => {
    await using test = await startClient();
    await test.telegram.sendDocument(42, { source: path });
    await test.telegram.sendDocument(42, { source: path, filename: 'é"\r\n.txt' });
    await test.telegram.sendVoice(42, { source: Buffer.from('x') });
    const names = test.api.requests.map(({ files }) => [...files].map(([, { name }]) => name));
    expect(test.api.requests[0]?.files.has('document')).toBe(true);
    expect(names).toEqual([['report %221%22.pdf'], ['é%22%0D%0A.txt'], ['voice.ogg']]);
  });

  it('downloads { url }, and passes a URL given as a string to Telegram', async () => {
    await using files = await startFiles({ text: 'the photo' });
    await using test = await startClient();
    const moved = `${files.url}/moved`;
    await test.telegram.sendPhoto(42, { url: moved, filename: 'me.jpg' });
    await test.telegram.sendPhoto(42, 'https://example.org/me.jpg');
    const [first, second] = test.api.requests;
    expect(first?.files.get('photo')?.name).toBe('me.jpg');
    expect(partsOf(first!)).toMatchObject({ photo: Buffer.from('the photo') });
    expect(second?.body).toEqual({ chat_id: 42, photo: 'https://example.org/me.jpg' });
  });

  it('attaches the files of an album and their thumbnails', async () => {
    await using test = await startClient();
    await test.telegram.sendMediaGroup(42, [
      { type: 'photo', media: { source: Buffer.from('one') }, caption: 'first' },
      { type: 'photo', media: 'file-id' },
    ]);
    await test.telegram.sendMediaGroup(42, [
      {
        type: 'document',
        media: { source: Buffer.from('a') },
        thumbnail: { source: Buffer.from('b') },
      },
      { type: 'document', media: { source: path } },
    ]);
    const [album, documents] = test.api.requests.map((request) => partsOf(request));
    expect(JSON.parse(String(album!['media']))).toEqual([
      { type: 'photo', media: 'attach://attached_file_0', caption: 'first' },
      { type: 'photo', media: 'file-id' },
    ]);
    expect(String(album!['attached_file_0'])).toBe('one');
    expect(JSON.parse(String(documents!['media']))).toEqual([
      {
        type: 'document',
        media: 'attach://attached_file_0',
        thumbnail: 'attach://attached_file_1',
      },
      { type: 'document', media: 'attach://attached_file_2' },
    ]);
    expect(String(documents!['attached_file_1'])).toBe('b');
    expect(Buffer.compare(documents!['attached_file_2'] as Buffer, content)).toBe(0);
  });

  it('attaches files wherever newer methods accept them', async () => {
    await using test = await startClient();
    const photo = { source: Buffer.from('story') };
    const story = { content: { type: 'photo', photo }, active_period: 6 * 3600, text: null };
    await test.telegram.callApi('postStory' as 'getMe', story);
    const form = partsOf(test.api.requests[0]!);
    expect(JSON.parse(String(form['content']))).toEqual({
      type: 'photo',
      photo: 'attach://attached_file_0',
    });
    expect(Object.keys(form).sort()).toEqual(['active_period', 'attached_file_0', 'content']);
  });

  it('sends edited media and thumbnails', async () => {
    await using test = await startClient();
    const media = { source: Buffer.from('v') };
    await test.telegram.editMessageMedia(42, 7, undefined, { type: 'video', media, caption: 'c' });
    await test.telegram.sendVideo(42, media, { thumbnail: { source: Buffer.from('t') } });
    const [edit, video] = test.api.requests.map((request) => partsOf(request));
    expect(JSON.parse(String(edit!['media']))).toMatchObject({ media: 'attach://attached_file_0' });
    expect(video).toMatchObject({ thumbnail: 'attach://attached_file_1', video: media.source });
  });
});

describe('a source that cannot be read', () => {
  function failingStream(): Readable {
    const stream = new PassThrough();
    stream.write('some bytes');
    setImmediate(() => stream.destroy(new Error('https://secret.example/?key=1')));
    return stream;
  }

  it.each<[string, () => unknown, RegExp]>([
    ['a missing file', () => ({ source: '/no/such/secret' }), /ENOENT/],
    ['a folder', () => ({ source: folder }), /it is not a file/],
    [
      'a stream of a missing file',
      () => ({ source: createReadStream('/no/such/secret') }),
      /ENOENT/,
    ],
    ['a stream that fails', () => ({ source: failingStream() }), /read: Error$/],
    ['a stream of objects', () => ({ source: Readable.from([{ secret: 1 }]) }), /other than bytes/],
    ['an object', () => ({ source: { secret: 1 } }), /not a path, a Buffer or a stream/],
    ['an invalid URL', () => ({ url: 'secret' }), /not an http: or https: URL/],
    [
      'a server that is down',
      () => ({ url: 'http://127.0.0.1:1/secret' }),
      /127.0.0.1:1 did not respond/,
    ],
  ])('is never retried when it is %s', async (_, file, reason) => {
    await using test = await startClient();
    const error = await failureOf(test.telegram.sendDocument(42, file() as AnySource));
    expect(error).toBeInstanceOf(NeverRetryError);
    expect(error.message).toMatch(
      /^sendDocument failed: the source of the upload could not be read/,
    );
    expect(error.message).toMatch(reason);
    expect(JSON.stringify([error, error.message, error.stack, String(error.cause)])).not.toContain(
      'secret',
    );
    expect(test.api.requests).toEqual([]);
    expect(await test.telegram.sendMessage(42, 'still works')).toBe(true);
  });

  it('is never retried when its server responds with an error', async () => {
    await using files = await startFiles({ text: 'gone', status: 404 });
    await using test = await startClient();
    const error = await failureOf(test.telegram.sendPhoto(42, { url: `${files.url}/secret` }));
    expect(error).toMatchObject({ name: 'NeverRetryError' });
    expect(error.message).toMatch(/read: 127.0.0.1:\d+ responded with 404$/);
  });

  it('is aborted at the time limit when it yields no bytes', async () => {
    const source = new PassThrough();
    source.write('some bytes');
    await using test = await startClient(undefined, { uploadTimeoutMs: 50 });
    const error = await failureOf(test.telegram.sendDocument(42, { source }));
    expect(error).toMatchObject({ name: 'NeverRetryError' });
    expect(error.message).toContain('no bytes within 50 ms');
    expect(source.destroyed).toBe(true);
  });
});

describe('the stream of an upload', () => {
  it('is closed when its call ends before reading it', async () => {
    await using test = await startClient();
    test.cancel.abort();
    const source = createReadStream(path);
    await failureOf(test.telegram.sendDocument(42, { source }));
    expect(source.destroyed).toBe(true);
  });

  it('is closed when the turn ends during the upload', async () => {
    await using test = await startClient();
    const source = new PassThrough();
    source.write('some bytes');
    const call = failureOf(test.telegram.sendDocument(42, { source }));
    await until(() => source.readableLength === 0);
    test.cancel.abort();
    await call;
    expect(source.destroyed).toBe(true);
    expect(test.api.requests).toEqual([]);
  });

  it('is read no faster than the server accepts it', async () => {
    const total = 50 * 2 ** 20;
    const piece = Buffer.alloc(64 * 1024, 'x');
    let produced = 0;
    let received = 0;
    const { promise: mayRead, resolve: letRead } = openGate();
    const server = createServer((request, response) => {
      void mayRead.then(async () => {
        for await (const chunk of request as AsyncIterable<Buffer>) received += chunk.length;
        response.end(JSON.stringify({ ok: true, result: true }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = createTelegramClient({ token, apiRoot: `http://127.0.0.1:${port}` });
    const source = Readable.from(
      (function* () {
        for (; produced < total; produced += piece.length) yield piece;
      })(),
    );
    const call = client.telegram.sendDocument(42, { source });
    let seen = -1;
    await until(() => {
      const isStill = produced > 0 && produced === seen;
      seen = produced;
      return isStill;
    });
    // The rest is in the kernel's socket buffers.
    expect(produced).toBeLessThan(total / 2);
    letRead();
    await call;
    client.close();
    server.close();
    expect(received).toBeGreaterThan(total);
  });
});

function openGate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => undefined as void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

/** A file server on which `/moved` redirects to `/file`. */
async function startFiles({ text, status = 200 }: { text: string; status?: number }) {
  const server = createServer(({ url }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/file' }).end();
    else response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
