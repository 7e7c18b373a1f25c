import { readRedisUrl } from './address.js';

describe('a REDIS_URL', () => {
  it('names one server, the nodes of a cluster, or Sentinels', () => {
    expect(readRedisUrl('redis://127.0.0.1:6379/2')).toEqual({
      kind: 'single',
      url: 'redis://127.0.0.1:6379/2',
    });
    expect(readRedisUrl('rediss://me:p%40ss@a:7000,rediss://me:p%40ss@b,c:7002')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: 'c', port: 7002 },
      ],
      credentials: { username: 'me', password: 'p@ss' },
      tls: true,
    });
    expect(readRedisUrl('redis+sentinel://:pass@a,[::1]:5000/mymaster/3')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26379 },
        { host: '::1', port: 5000 },
      ],
      master: 'mymaster',
      credentials: { password: 'pass' },
      db: 3,
    });
  });

  it('is refused without showing its password', () => {
    for (const url of [
      'http://me:hidden@a',
      'redis+sentinel://me:hidden@a:1',
      'redis://me:hidden@a,b/1',
    ]) {
      expect(() => readRedisUrl(url)).toThrow(/^REDIS_URL(?!.*hidden)/);
    }
  });
});
