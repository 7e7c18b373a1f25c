import { createLogger } from './logger.js';

const token = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';

function recording(level: string, ...secrets: string[]) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ name: 'test', level, secrets, destination });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

describe('createLogger', () => {
  it('writes one line of JSON with the process, the time and the numeric level', () => {
    const { logger, lines, last } = recording('info');
    logger.info({ lane: 'c:1', waiting: 3 }, 'opened');
    logger.debug('too low');
    expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(last()).toMatchObject({
      name: 'test',
      level: 30,
      msg: 'opened',
      lane: 'c:1',
      waiting: 3,
    });
    expect(new Date(String(last()['time'])).getTime()).toBeGreaterThan(0);
  });

  it('escapes terminal control characters, and stays JSON', () => {
    const { logger, lines, last } = recording('info');
    const message = 'no \u009b31m \u202e \u001b[2J \u{e0041}';
    logger.error({ err: new Error(message) }, message);
    expect(lines.join()).toMatch(/^[ -~]+\n$/);
    expect(last()['msg']).toBe(message);
  });

  it('redacts a bot token in messages, URLs, keys, nested values and bindings of child loggers', () => {
    const { logger, lines } = recording('trace');
    const child = logger.child({ root: `https://api.telegram.org/bot${token}/` });
    child.trace(
      { [token]: 1, a: { b: [`file/bot${token}/x`, { c: encodeURIComponent(token) }] } },
      token,
    );
    child.info('asked %s', `https://api.telegram.org/bot${token}/getMe`);
    expect(lines.join()).not.toContain('AAEhBO');
    expect(lines.join()).toContain('https://api.telegram.org/bot[secret]/getMe');
  });

  it('joins an error and its causes with a colon, also after a message that ends with a period', () => {
    const { logger, last } = recording('info');
    const refused = new Error('REDIS_URL: Redis does not answer.', {
      cause: new Error('The connection is closed.', { cause: new Error('ECONNRESET') }),
    });
    const joined = 'REDIS_URL: Redis does not answer: The connection is closed: ECONNRESET';
    logger.error({ err: refused }, 'not ready');
    expect(last()['err']).toMatchObject({ message: joined });
    logger.error({ err: new AggregateError([refused], 'All failed.') }, 'not ready');
    expect(last()['err']).toMatchObject({
      message: 'All failed.',
      aggregateErrors: [{ message: joined }],
    });
    logger.error({ err: 'a text' }, 'not ready');
    expect(last()['err']).toBe('a text');
  });

  it('redacts a bot token in the message, the stack, the causes and the fields of errors', () => {
    const { logger, lines, last } = recording('info');
    const cause = new Error(`connect to bot${token} refused`);
    const error = Object.assign(new TypeError(`fetch of ${token}`, { cause }), {
      response: { url: `/bot${token}` },
    });
    logger.error(error);
    logger.error({ error });
    logger.error({ err: new AggregateError([error], 'all failed') }, 'failed');
    expect(lines.join()).not.toContain('AAEhBO');
    expect(last()['err']).toMatchObject({ message: 'all failed', type: 'AggregateError' });
    expect(lines[1]).toContain('caused by: Error: connect to bot[secret] refused');
  });

  it('redacts the given secrets in every encoding, and stays JSON whatever they are', () => {
    const secrets = ['pa"ss\\ wörd/é', '30', 'level'];
    const { logger, lines, last } = recording('info', ...secrets);
    const [odd = ''] = secrets;
    logger.info(
      { a: odd, b: `redis://u:${encodeURIComponent(odd)}@h`, c: JSON.stringify({ odd }) },
      '30',
    );
    expect(last()).toMatchObject({
      level: 30,
      msg: '[secret]',
      a: '[secret]',
      b: 'redis://u:[secret]@h',
      c: '{"odd":"[secret]"}',
    });
    expect(lines.join()).not.toContain('wörd');
  });

  it('redacts the plain form of a password that was given URL-encoded', () => {
    const { logger, last } = recording('info', 'p%40ss', '100%');
    logger.info('p@ss p%40ss 100%');
    expect(last()['msg']).toBe('[secret] [secret] [secret]');
  });

  it('does not redact single letters when a secret is that short', () => {
    const { logger, last } = recording('info', 'e', 'ab%40');
    const text = 'connect to redis://me:e@host,me:ab%40@b refused, about ab@';
    logger.info({ err: new Error(text), password: 'e', sent: ['auth', 'ab@'] });
    expect(last()).toMatchObject({
      err: { message: 'connect to redis://me:[secret]@host,me:[secret]@b refused, about ab@' },
      password: '[secret]',
      sent: ['auth', '[secret]'],
    });
  });

  it('redacts a whole secret when another secret is part of it', () => {
    const { logger, last } = recording('info', 'abcd', 'abcdef');
    logger.info('abcdef abcd');
    expect(last()['msg']).toBe('[secret] [secret]');
  });

  it("redacts users' texts at any depth, except at debug level", () => {
    const { logger, lines, last } = recording('debug');
    const update = { update_id: 7, message: { text: 'my diary' } };
    logger.warn({
      update,
      turn: { calls: [{ method: 'sendMessage', payload: { text: 'my diary' } }] },
    });
    logger.error({ text: 'my diary', on: { caption: 'my diary' } }, 'failed');
    expect(lines.join()).not.toContain('diary');
    expect(lines[0]).toContain('"method":"sendMessage","payload":"[text]"');
    logger.debug({ update });
    expect(last()['update']).toEqual(update);
  });

  it('redacts the arguments of a failed Redis command', () => {
    const { logger, lines, last } = recording('info');
    const command = {
      name: 'evalsha',
      args: ['hash', '{"text":"my diary"}', Buffer.from('diary')],
    };
    const refused = Object.assign(new Error('OOM command not allowed'), { command });
    logger.warn({ err: refused }, 'trouble');
    logger.error(new Error('not stored', { cause: refused }));
    logger.warn({ err: new AggregateError([refused]) });
    expect(lines.join()).not.toMatch(/diary|100,105,97/);
    expect(last()).toMatchObject({ err: { aggregateErrors: [{ command: { args: '[text]' } }] } });
  });

  it('keeps the message of an error, and numbers under any name', () => {
    const { logger, last } = recording('info');
    logger.info({ err: new Error('no such lane'), body: 512, raw: true });
    expect(last()).toMatchObject({ err: { message: 'no such lane' }, body: 512, raw: true });
  });
});
