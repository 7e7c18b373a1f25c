import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { RetryLater } from '@chatlane/contracts';
import {
  contentOf,
  failureOf,
  sha256,
  someBytes,
  startBench,
  token,
  whole,
} from './fetch.testkit.js';

const content = someBytes(300_000);

describe('a fetched file', () => {
  it('has a size, a hash, a type and a safe name', async () => {
    await using bench = await startBench({ serve: whole(content) });
    const fetched = await bench.fetch({ name: '../../a\u202Egpj.exe', size: content.length });
    expect((await contentOf(fetched)).equals(content)).toBe(true);
    expect(fetched).toMatchObject({
      size: content.length,
      sha256: sha256(content),
      type: 'application/octet-stream',
      name: 'agpj.exe',
    });
  });

  it('may be empty', async () => {
    await using bench = await startBench({ serve: whole(Buffer.alloc(0)) });
    expect(await bench.fetch({ size: 0 })).toMatchObject({
      size: 0,
      sha256: sha256(Buffer.alloc(0)),
    });
  });

  it('reports its progress', async () => {
    await using bench = await startBench({ serve: whole(content) });
    const progress: [number, number | undefined][] = [];
    await bench.fetch({}, { onProgress: (received, size) => progress.push([received, size]) });
    expect(progress.at(-1)).toEqual([content.length, content.length]);
  });

  it('is requested below the path of the API server, whatever its name contains', async () => {
    const urls: (string | undefined)[] = [];
    await using bench = await startBench({
      getFile: () => ({ file_path: 'documents/a b?c#d%2e.pdf' }),
      serve: (response, request) => {
        urls.push(request.url);
        response.end('x');
      },
    });
    await bench.fetch();
    expect(urls).toEqual([`/file/bot${token}/documents/a%20b%3Fc%23d%252e.pdf`]);
  });
});

describe('a fetch that leaves nothing behind', () => {
  const refused = async (
    bench: Awaited<ReturnType<typeof startBench>>,
    media: Parameters<typeof bench.fetch>[0] = {},
    attempt = 1,
  ) => {
    const { reason, mostBytes } = await failureOf(bench.fetch(media, { attempt }));
    expect(await bench.spooled()).toEqual([]);
    return mostBytes === undefined ? reason : `${reason}, more than ${mostBytes}`;
  };

  it('refuses a file that is too big before requesting it', async () => {
    await using bench = await startBench({ limits: { maxBytes: 10 } });
    expect(await refused(bench, { size: 11 })).toBe('too-big, more than 10');
    expect(bench.getFiles()).toBe(0);
  });

  it('refuses a file that is too big for Telegram', async () => {
    await using bench = await startBench({
      getFile: () => ({ error: 400, description: 'Bad Request: file is too big' }),
    });
    expect(await refused(bench)).toBe(`too-big, more than ${20 * 2 ** 20}`);
  });

  it('refuses a file of unknown length that exceeds the maximum', async () => {
    await using bench = await startBench({ serve: endless, limits: { maxBytes: 200_000 } });
    expect(await refused(bench)).toBe('too-big, more than 200000');
  });

  it('refuses a file that exceeds its length', async () => {
    await using bench = await startBench({ serve: endless });
    expect(await refused(bench, { size: 150_000 })).toBe('damaged');
  });

  it.each([
    ['less', content.length + 1],
    ['more', content.length - 1],
  ])('refuses a file %s than declared, when a second fetch confirms it', async (_, size) => {
    await using bench = await startBench({ serve: whole(content) });
    expect(await refused(bench, { size })).toBe('damaged');
    expect(bench.ranges).toHaveLength(2);
  });

  it('refuses a redirect, to a private address or elsewhere', async () => {
    await using bench = await startBench({
      serve: (response) => void response.writeHead(302, { location: 'http://169.254.1.1/' }).end(),
    });
    expect(await refused(bench)).toBe('unsafe');
    expect(bench.ranges).toHaveLength(1);
  });

  it.each([
    '../bot1:x/getMe',
    'documents/../../x',
    'documents//x',
    'http://10.0.0.1/x',
    '//10.0.0.1/x',
    'a\\b',
    'file://10.0.0.1/x',
    '/etc/passwd',
    'file:///etc/passwd',
    'C:\\windows\\win.ini',
  ])('refuses the address %s', async (file_path) => {
    await using bench = await startBench({ getFile: () => ({ file_path }) });
    expect(await refused(bench)).toBe('unsafe');
    expect(bench.ranges).toEqual([]);
  });

  it('refuses a file that arrives too slowly, at the time limit', async () => {
    await using bench = await startBench({
      serve: (response) => {
        const timer = setInterval(() => response.write('.'), 20);
        response.on('close', () => clearInterval(timer));
      },
      limits: { totalMs: 300 },
    });
    expect(await refused(bench)).toBe('too-slow');
  });

  it('refuses a file that Telegram does not know, or no longer has', async () => {
    const description = 'Bad Request: invalid file_id';
    await using bench = await startBench({ getFile: () => ({ error: 400, description }) });
    expect(await refused(bench)).toBe('expired');
  });

  it('refuses a file that stays unavailable for several attempts', async () => {
    const description = 'Bad Request: wrong file_id or the file is temporarily unavailable';
    await using bench = await startBench({ getFile: () => ({ error: 400, description }) });
    expect((await failureOf(bench.fetch())).reason).toBeUndefined();
    expect(await refused(bench, {}, 4)).toBe('expired');
  });

  it('refuses a type that is not accepted', async () => {
    await using bench = await startBench({
      serve: whole(Buffer.from('plain words')),
      options: { types: ['image/*'] },
    });
    expect(await refused(bench, { kind: 'document', type: 'image/png' })).toBe('type-refused');
  });
});

describe('a link', () => {
  it.each([401, 404])('that is refused with %d is renewed once', async (status) => {
    await using bench = await startBench({
      serve: (response, request, nth) =>
        nth === 1 ? void response.writeHead(status).end() : whole(content)(response, request, nth),
    });
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.getFiles()).toBe(2);
    expect(bench.reports).toEqual(['link renewed']);
  });

  it('that stays refused is retried later, and then treated as expired', async () => {
    await using bench = await startBench({
      serve: (response) => void response.writeHead(404).end(),
    });
    expect((await failureOf(bench.fetch())).reason).toBeUndefined();
    expect((await failureOf(bench.fetch({}, { attempt: 4 }))).reason).toBe('expired');
    expect(bench.getFiles()).toBe(4);
  });
});

describe('a flood wait', () => {
  it('of getFile postpones the download without counting an attempt', async () => {
    await using bench = await startBench({
      getFile: () => ({
        error: 429,
        description: 'Too Many Requests',
        parameters: { retry_after: 3 },
      }),
    });
    const failure = (await failureOf(bench.fetch())) as RetryLater;
    expect(failure).toBeInstanceOf(RetryLater);
    // The rest of the pause when the call gives up.
    expect(failure.afterMs).toBeGreaterThan(0);
    expect(failure.afterMs).toBeLessThanOrEqual(3_000);
  });

  it('of a file download postpones it too', async () => {
    await using bench = await startBench({
      serve: (response) => void response.writeHead(429, { 'retry-after': '7' }).end(),
    });
    expect(await failureOf(bench.fetch())).toEqual(new RetryLater(7_000));
  });
});

it('never shows the token in an error', async () => {
  const serves = [
    (response: ServerResponse) => void response.socket?.destroy(),
    (response: ServerResponse) => void response.writeHead(500).end(),
    (response: ServerResponse) => void response.writeHead(404).end(),
    (response: ServerResponse) => void response.writeHead(302).end(),
  ];
  for (const serve of serves) {
    await using bench = await startBench({ serve });
    const shown = inspect(await failureOf(bench.fetch()), { depth: 9, showHidden: true });
    expect(shown).not.toContain(token.split(':')[1]);
  }
});

function endless(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(someBytes(50_000)));
    response.once('drain', more);
  };
  more();
}
