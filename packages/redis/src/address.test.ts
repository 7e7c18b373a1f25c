import { readRedisUrl, type RedisAddress } from './address.js';

/** The parsed address, without the text itself and its secrets. */
function read(text: string): Partial<RedisAddress> {
  const address: Partial<RedisAddress> = readRedisUrl(text);
  expect(address.url).toBe(text);
  delete address.url;
  delete address.secrets;
  return address;
}

function problemOf(text: string): string {
  try {
    readRedisUrl(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${text} was accepted`);
}

describe('readRedisUrl', () => {
  it('reads the URL of one server', () => {
    expect(read('redis://127.0.0.1:6379/2')).toEqual({
      kind: 'single',
      nodes: [{ host: '127.0.0.1', port: 6379 }],
      credentials: {},
      tls: false,
      db: 2,
    });
    expect(read('rediss://me:p%40ss@[::1]/')).toEqual({
      kind: 'single',
      nodes: [{ host: '::1', port: 6379 }],
      credentials: { username: 'me', password: 'p@ss' },
      tls: true,
      db: 0,
    });
  });

  it('reads the nodes of a cluster', () => {
    const expected = {
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 7000 },
        { host: 'b', port: 6379 },
        { host: 'c_1.x-y', port: 7002 },
      ],
      credentials: { username: 'me', password: 'p@ss' },
      tls: true,
      db: 0,
    };
    expect(read('rediss://me:p%40ss@a:7000,rediss://me:p%40ss@b,c_1.x-y:7002')).toEqual(expected);
    expect(read('rediss://me:p%40ss@a:7000,b,c_1.x-y:7002/0')).toEqual(expected);
  });

  it('reads Sentinels and the name of their master', () => {
    expect(read('redis+sentinel://:pass@a,[::1]:5000/mymaster/3')).toEqual({
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26379 },
        { host: '::1', port: 5000 },
      ],
      master: 'mymaster',
      credentials: { password: 'pass' },
      tls: false,
      db: 3,
    });
  });

  const forms = [
    ['one server', (user: string) => `redis://${user}a:1/0`],
    ['a cluster', (user: string) => `redis://${user}a:1,b:2`],
    ['a cluster that repeats it', (user: string) => `redis://${user}a:1,redis://${user}b:2`],
    ['Sentinels', (user: string) => `redis+sentinel://${user}a:1,b:2/m/0`],
  ] as const;

  describe.each(forms)('for the URL of %s', (_of, urlWith) => {
    it.each([
      ['me:p:a:ss@', { username: 'me', password: 'p:a:ss' }],
      [':p%3Ass@', { password: 'p:ss' }],
      ['me%3A:p%25%40%2F%2C@', { username: 'me:', password: 'p%@/,' }],
      ['me:p!$&=+~ä@', { username: 'me', password: 'p!$&=+~ä' }],
      ['me@', { username: 'me' }],
      ['', {}],
    ])('reads the user and password %j', (user, credentials) => {
      expect(readRedisUrl(urlWith(user)).credentials).toEqual(credentials);
    });

    it.each(['me:hid%den@', 'me:hid%2@', 'me:hid%ffden@', 'me:hid@den@', 'me:hid/den@'])(
      'rejects the user and password %j, and says how to encode them',
      (user) => {
        const problem = problemOf(urlWith(user));
        expect(problem).toMatch(/% as %25/);
        expect(problem).not.toMatch(/hid|den/);
      },
    );

    it.each(['me:hid#den@', 'me:hid?den@', 'me:hid,den@', 'me:hid den@', 'me:1/0@', 'me:1,2@'])(
      'rejects the user and password %j without quoting them',
      (user) => {
        expect(problemOf(urlWith(user))).toMatch(/^must (?!.*(hid|den))/);
      },
    );
  });

  it.each(['/abc', '/-1', '/1/2', '/1.5', '/0x1', '/99999999999', '/1/', '//', '/ 1'])(
    'rejects the database %s of one server and of a master behind Sentinels',
    (path) => {
      const database = /^must end with the number of a database/;
      expect(problemOf(`redis://h${path}`)).toMatch(database);
      expect(problemOf(`redis+sentinel://h/m${path}`)).toMatch(database);
    },
  );

  it.each(['/1', '/abc', '/0/1'])('rejects the path %s of a cluster', (path) => {
    expect(problemOf(`redis://a:1,b:2${path}`)).toMatch(/^must have no path.*database 0 only/);
  });

  it.each([
    'http://me:hidden@a',
    'redis://',
    'redis:a',
    'REDISS://a',
    'redis://a:99999',
    'redis://a:0',
    'redis://a:',
    'redis://a:1x',
    'redis://a b',
    'redis://[::1',
    'redis://[zz]',
    'redis://a,',
    'redis://a,,b',
    'redis://a,rediss://b',
    'redis://a:1/0,redis://b:1/0',
    'redis+sentinel://me:hidden@a:1',
    'redis+sentinel://a:1/',
    'redis+sentinel://a:x/mymaster',
  ])('rejects %s, and describes the expected form', (text) => {
    expect(problemOf(text)).toMatch(/^must (be redis:\/\/.*redis\+sentinel:|have no path)/);
    expect(problemOf(text)).not.toContain('hidden');
  });

  it('rejects options, because it would have to ignore them', () => {
    for (const text of ['redis://a?db=3', 'redis://a/1?db=3', 'redis://a,b?db=1', 'redis://a#1']) {
      expect(problemOf(text)).toMatch(/^must have nothing after a \? or #/);
    }
  });

  it('rejects different credentials for different nodes', () => {
    const same = /^must have the same user and password/;
    expect(problemOf('redis://u:hidden@a,redis://u:other@b')).toMatch(same);
    expect(problemOf('redis://a,redis://u:hidden@b')).toMatch(same);
    expect(problemOf('redis+sentinel://a,u:hidden@b/m')).toMatch(same);
  });

  it('returns the password both decoded and as written', () => {
    expect(readRedisUrl('redis://u:two%21@a,b').secrets).toEqual(['two!', 'two%21']);
    expect(readRedisUrl('redis://u:one@a').secrets).toEqual(['one']);
    expect(readRedisUrl('redis://u@a').secrets).toEqual([]);
  });
});
