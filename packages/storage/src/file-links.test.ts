import { jest } from '@jest/globals';
import { createFileLinks } from './file-links.js';

const secret = '123456789:a-token-of-a-bot';
const links = createFileLinks({ secret });
const file = { key: 'sha256/ab/abcd', name: 'Übersicht & <mehr>.pdf', type: 'application/pdf' };

afterEach(() => {
  jest.useRealTimers();
});

describe('links to files', () => {
  it('open in any process with the same secret', () => {
    const path = links.sign(file, 60);
    expect(path).toMatch(/^\/files\/[\w-]+\.[\w-]{43}$/);
    expect(createFileLinks({ secret }).open(path)).toEqual({
      ...file,
      expiresAt: expect.any(Number) as number,
    });
  });

  it('are absolute with a base URL, and open by their path with any query', () => {
    const absolute = createFileLinks({ secret, baseUrl: 'https://bot.example.org/' }).sign(
      file,
      60,
    );
    expect(absolute).toMatch(/^https:\/\/bot\.example\.org\/files\/[\w-]/);
    expect(links.open(`${new URL(absolute).pathname}?utm=1`)).toMatchObject(file);
  });

  it('expire at the exact second', () => {
    jest.useFakeTimers({ now: 1_000_000_000_000 });
    const path = links.sign(file, 60);
    jest.advanceTimersByTime(59_999);
    expect(links.open(path)).toMatchObject({ ...file, expiresAt: 1_000_000_060_000 });
    jest.advanceTimersByTime(1);
    expect(links.open(path)).toBe('expired');
  });

  it('are rejected as forged with another secret, a changed byte, or a suffix', () => {
    const path = links.sign(file, 60);
    expect(createFileLinks({ secret: 'another' }).open(path)).toBe('forged');
    for (let at = 0; at < path.length; at += 1) {
      // The last character contains unused bits: changing only those must be detected too.
      const other = path[at] === 'A' ? 'B' : 'A';
      expect(links.open(path.slice(0, at) + other + path.slice(at + 1))).toBe('forged');
    }
    for (const wrong of [
      '',
      '/files/',
      '/files/a.b',
      `${path}A`,
      `${path}/..`,
      path.slice(0, -1),
    ]) {
      expect(links.open(wrong)).toBe('forged');
    }
    expect(links.open(`/files/${'a'.repeat(100_000)}`)).toBe('forged');
  });

  it('are rejected as forged, not expired, when signed long ago with another secret', () => {
    expect(links.open(createFileLinks({ secret: 'another' }).sign(file, -60))).toBe('forged');
    expect(links.open(links.sign(file, -60))).toBe('expired');
  });

  it('do not reveal the secret', () => {
    const path = links.sign(file, 60);
    expect(Buffer.from(path.split(/[/.]/)[2] ?? '', 'base64url').toString()).not.toContain(secret);
  });

  it('cannot be signed for an invalid key', () => {
    expect(() => links.sign({ ...file, key: '../secret' }, 60)).toThrow(TypeError);
  });
});
