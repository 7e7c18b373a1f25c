import { z } from 'zod';
import { commonSettings, readCommon } from './common-settings.js';
import { ConfigError, readConfig } from './config.js';
import { setting } from './settings.js';

const token = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';

/** A stand-in for `readRedisUrl` of @chatlane/redis. */
function readRedisUrl(url: string) {
  if (!url.startsWith('redis://')) throw new Error('must begin with redis://');
  return { url, kind: 'single' as const, secrets: ['hunter2'] };
}

function faultsOf(schema: z.ZodType, env: Record<string, string | undefined>): string[] {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('readConfig', () => {
  const schema = z.object({ PORT: setting.port(3000), TURNS: setting.count(100, { max: 1000 }) });

  it('uses defaults for settings that are absent, empty or blank', () => {
    const expected = { PORT: 3000, TURNS: 100 };
    expect(readConfig(schema, {})).toEqual(expected);
    expect(readConfig(schema, { PORT: '', TURNS: '  ' })).toEqual(expected);
    expect(readConfig(schema, { PORT: undefined })).toEqual(expected);
  });

  it('trims values and ignores the rest of the environment', () => {
    expect(readConfig(schema, { PORT: ' 80\n', PATH: '/bin' })).toEqual({ PORT: 80, TURNS: 100 });
  });

  it('reports every invalid setting at once, with the problem and the rule', () => {
    const env = { PORT: '70000', TURNS: 'abc' };
    expect(faultsOf(schema.extend({ BOT_TOKEN: setting.token() }), env)).toEqual([
      'PORT: must be a whole number from 0 to 65535, not "70000"',
      'TURNS: must be a whole number from 1 to 1000, not "abc"',
      'BOT_TOKEN: is missing; must be a bot token as @BotFather gives it, such as 123456789:AA…: digits, a colon, 30 or more of A-Z a-z 0-9 _ -',
    ]);
  });

  it('reports rules between settings together with other problems', () => {
    const ruled = z
      .object({
        PORT: setting.port(),
        MODE: setting.text('webhook'),
        KEY: setting.secret().optional(),
      })
      .refine(({ MODE, KEY }) => MODE !== 'webhook' || KEY !== undefined, {
        path: ['KEY'],
        error: 'is needed when MODE is webhook',
        when: () => true,
      })
      .transform(({ KEY }) => ({ key: KEY }));
    expect(faultsOf(ruled, { PORT: '-1' })).toEqual([
      'PORT: must be a whole number from 0 to 65535, not "-1"',
      'KEY: is needed when MODE is webhook',
    ]);
    expect(readConfig(ruled, { PORT: '1', KEY: 'k' })).toEqual({ key: 'k' });
  });

  it('never shows a secret, even in the wrong setting', () => {
    const env = {
      BOT_TOKEN: `${token} oops`,
      REDIS_URL: `http://user:hunter2@127.0.0.1`,
      CHATLANE_NAME: 'a name',
      LOG_LEVEL: `https://api.telegram.org/bot${token}`,
      SHUTDOWN_DEADLINE_MS: token,
    };
    const faults = faultsOf(z.object(commonSettings(readRedisUrl)), env);
    expect(faults).toHaveLength(5);
    expect(faults.join()).not.toMatch(/AAEhBO|hunter2/);
  });

  it('reads the common settings', () => {
    expect(readConfig(z.object(commonSettings(readRedisUrl)), { BOT_TOKEN: token })).toEqual({
      BOT_TOKEN: token,
      CHATLANE_NAME: 'chatlane',
      LOG_LEVEL: 'info',
      OPS_HOST: '127.0.0.1',
      REDIS_URL: readRedisUrl('redis://127.0.0.1:6379'),
      REDIS_WAIT_REPLICAS: 0,
      SHUTDOWN_DEADLINE_MS: 25_000,
      TELEGRAM_API_ROOT: 'https://api.telegram.org',
    });
  });
});

describe('HTTPS_PROXY', () => {
  const read = (env: object) =>
    readCommon(
      readConfig(z.object({ ...commonSettings(readRedisUrl), OPS_PORT: setting.port(0) }), {
        BOT_TOKEN: token,
        ...env,
      }),
    );

  it('sets the proxy to Telegram, and its password is a secret', () => {
    expect(read({}).proxy).toBeUndefined();
    const HTTPS_PROXY = 'http://me:p%40ss@proxy.example:3128';
    const { proxy, secrets } = read({ HTTPS_PROXY, NO_PROXY: 'localhost, .example.org' });
    expect(proxy).toEqual({ url: HTTPS_PROXY, noProxy: 'localhost, .example.org' });
    expect(secrets).toEqual(expect.arrayContaining(['p%40ss', 'p@ss']));
  });

  it.each(['proxy.example:3128', 'socks5://proxy.example', 'http://', 'me:hunter2@proxy'])(
    'rejects "%s"',
    (HTTPS_PROXY) => {
      const problem = 'HTTPS_PROXY: must be a URL beginning with http:// or https://';
      expect(() => read({ HTTPS_PROXY })).toThrow(problem);
      expect(() => read({ HTTPS_PROXY })).not.toThrow('hunter2');
    },
  );
});

describe('setting', () => {
  const right: [string, z.ZodType, unknown][] = [
    ['0', setting.port(), 0],
    ['250', setting.milliseconds(), 250],
    ['0', setting.count(1, { min: 0 }), 0],
    ['0.25', setting.number(1), 0.25],
    ['-3', setting.number(1), -3],
    ['https://example.org/x', setting.url(), 'https://example.org/x'],
    ['rediss://u:p@h:1/2', setting.url(undefined, ['rediss']), 'rediss://u:p@h:1/2'],
    ['block', setting.oneOf(['bury', 'block'], 'bury'), 'block'],
    ['/cancel, /stop,', setting.list(['/cancel']), ['/cancel', '/stop']],
    [token, setting.token(), token],
    ['abc', setting.secret({ pattern: /^\w+$/, rule: 'letters' }), 'abc'],
    ['redis://a', setting.parsed('redis://b', readRedisUrl), readRedisUrl('redis://a')],
  ];
  it.each(right)('reads %j', (text, schema, value) => {
    expect(readConfig(z.object({ IT: schema }), { IT: text })).toEqual({ IT: value });
  });

  const wrong: [string, z.ZodType, string][] = [
    ['80.5', setting.port(), 'must be a whole number from 0 to 65535, not "80.5"'],
    ['0x50', setting.port(), 'must be a whole number from 0 to 65535, not "0x50"'],
    [
      '0',
      setting.milliseconds(),
      'must be a whole number of milliseconds from 1 to 2147483647, not "0"',
    ],
    [
      '1e3',
      setting.milliseconds(),
      'must be a whole number of milliseconds from 1 to 2147483647, not "1e3"',
    ],
    ['-1', setting.count(5), 'must be a whole number, 1 or more, not "-1"'],
    ['0', setting.number(1, { min: 0.1 }), 'must be a number, 0.1 or more, not "0"'],
    ['example.org', setting.url(), 'must be a URL beginning with http:// or https://'],
    ['redis://h', setting.url(), 'must be a URL beginning with http:// or https://'],
    ['A', setting.oneOf(['a', 'b'], 'a'), 'must be one of a, b, not "A"'],
    ['a b', setting.secret({ pattern: /^\w+$/, rule: 'letters' }), 'must be letters'],
    ['a', setting.parsed('redis://b', readRedisUrl), 'must begin with redis://'],
    [
      'x'.repeat(99),
      setting.count(),
      `must be a whole number, 1 or more, not "${'x'.repeat(40)}..."`,
    ],
  ];
  it.each(wrong)('refuses %j', (text, schema, problem) => {
    expect(faultsOf(z.object({ IT: schema }), { IT: text })).toEqual([`IT: ${problem}`]);
  });
});
