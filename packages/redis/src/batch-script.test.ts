import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startRedisWith } from '@chatlane/testing';
import { Redis as Plain } from 'ioredis';
import { connectRedis, defineBatchScript, type Redis } from './index.js';

const dir = mkdtempSync(join(tmpdir(), 'chatlane-batch-'));

/** Appends each argument to the list KEYS[1] and returns it with the new length; 'fail' fails the script. */
const SOURCE = `
  if string.find(ARGV[1], 'fail') then return redis.error_reply('NO way') end
  return answerEach(function(args)
    local ofRedis6 = string.match(args[1], '^raise (.*)')
    if ofRedis6 then error(ofRedis6, 0) end
    if args[1] == 'wrong' then redis.call('HGET', KEYS[1], 'field') end
    return { args[1], redis.call('RPUSH', KEYS[1], args[1]) }
  end)`;
const file = join(dir, 'append.lua');
writeFileSync(file, SOURCE);
const echoFile = join(dir, 'echo.lua');
writeFileSync(echoFile, 'return answerEach(function(args) return args[1] end)');
const append = defineBatchScript(pathToFileURL(file), (reply) => {
  const [value, length] = reply as [Buffer, number];
  if (value.toString() === 'unreadable') throw new Error('This reply cannot be read.');
  return `${value.toString()} ${length}`;
});

const echo = defineBatchScript(pathToFileURL(echoFile), (reply) => reply as Buffer);

const keys = { warm: ['warm'], list: ['list'], first: ['first'], other: ['other'], many: ['many'] };

const { redis, stop } = await startRedisWith(connectRedis);
beforeEach(() => redis.flushall());
afterAll(async () => {
  await stop();
  rmSync(dir, { recursive: true });
});

async function calls(): Promise<number> {
  const info = await redis.info('commandstats');
  const of = (name: string): number =>
    Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
  return of('evalsha') + of('eval');
}

describe('a batch script', () => {
  it('executes simultaneous calls in one EVALSHA, in order, each with its own reply', async () => {
    await append.run(redis, keys.warm, ['up']);
    const before = await calls();
    const replies = ['a', 'b', 'c'].map((value) => append.run(redis, keys.list, [value]));
    expect(await Promise.all(replies)).toEqual(['a 1', 'b 2', 'c 3']);
    expect(await calls()).toBe(before + 1);
  });

  it('sends later calls, calls with other keys, and calls beyond the maximum separately', async () => {
    await append.run(redis, keys.warm, ['up']);
    const before = await calls();
    await append.run(redis, keys.first, ['a']);
    await append.run(redis, keys.first, ['b']);
    await Promise.all([append.run(redis, keys.first, ['c']), append.run(redis, keys.other, ['d'])]);
    expect(await calls()).toBe(before + 4);
    const many = Array.from({ length: 100 }, (_, index) => String(index));
    await Promise.all(many.map((value) => append.run(redis, keys.many, [value])));
    expect(await redis.lrange('many', 0, -1)).toEqual(many);
    expect(await calls()).toBeGreaterThan(before + 5);
    expect(await calls()).toBeLessThan(before + 4 + 100 / 4);
  });

  it('does not settle all batches in one iteration of the event loop when their replies arrive together', async () => {
    await append.run(redis, keys.warm, ['up']);
    let iteration = 0;
    let isCounting = true;
    const count = (): void => {
      iteration += 1;
      if (isCounting) setImmediate(count);
    };
    count();
    // 16 calls fill a batch.
    const runs = Array.from({ length: 64 }, async () => {
      await append.run(redis, keys.many, ['a']);
      return iteration;
    });
    const settledIn = await Promise.all(runs);
    isCounting = false;
    expect(new Set(settledIn).size).toBeGreaterThan(1);
  });

  it('rejects all calls of a script that fails, but none of the next batch', async () => {
    const [one, two] = await Promise.allSettled([
      append.run(redis, keys.list, ['a']),
      append.run(redis, keys.list, ['fail']),
    ]);
    expect(one).toMatchObject({ status: 'rejected', reason: { message: /NO way/ } });
    expect(two).toMatchObject({ status: 'rejected', reason: { message: /NO way/ } });
    expect(await append.run(redis, keys.list, ['b'])).toBe('b 1');
  });

  it('rejects only the call that Redis answers with an error, and executes the others', async () => {
    const replies = await Promise.allSettled(
      ['a', 'wrong', 'b'].map((value) => append.run(redis, keys.list, [value])),
    );
    expect(replies[1]).toMatchObject({ status: 'rejected', reason: { message: /WRONGTYPE/ } });
    expect([replies[0], replies[2]]).toEqual([
      { status: 'fulfilled', value: 'a 1' },
      { status: 'fulfilled', value: 'b 2' },
    ]);
  });

  describe('an error that pcall returns as text, as in Redis 6,', () => {
    // Redis 7 and later return a table; 6.2 returns these texts, from luaRaiseError and luaPushError in scripting.c.
    const answers = (text: string, on: Pick<Redis, 'callBuffer'> = redis): Promise<unknown[]> =>
      Promise.all(
        ['a', `raise ${text}`, 'b'].map((value) =>
          append.run(on, keys.list, [value]).catch((error: Error) => error.message),
        ),
      );

    it.each([
      ['WRONGTYPE Operation against a key', 'WRONGTYPE Operation against a key'],
      ["@user_script: 12: -OOM command not allowed when used memory > 'maxmemory'.", 'OOM '],
      ['@user_script: 7: Unknown Redis command called from script', 'Unknown Redis command '],
      ['user_script:3: attempt to index a nil value', 'user_script:3: attempt to index'],
    ])('rejects only its own call, with the message of Redis: %s', async (text, message) => {
      const [before, error, after] = await answers(text);
      expect([before, after]).toEqual(['a 1', 'b 2']);
      expect(error).toMatch(new RegExp(`^(ERR )?${message}`));
    });

    it('fails the whole script when the server has become a replica', async () => {
      const text = "@user_script: 9: -READONLY You can't write against a read only replica.";
      const replica = "READONLY You can't write against a read only replica.";
      // A connection of connectRedis would look for a master and send the calls again.
      const plain = new Plain((redis as Plain).options.port!);
      expect(await answers(text, plain)).toEqual([replica, replica, replica]);
      plain.disconnect();
    });
  });

  it('rejects only the call whose reply cannot be parsed', async () => {
    const [one, two] = await Promise.allSettled([
      append.run(redis, keys.list, ['unreadable']),
      append.run(redis, keys.list, ['b']),
    ]);
    expect(one.status).toBe('rejected');
    expect(two).toEqual({ status: 'fulfilled', value: 'b 2' });
  });

  it('passes every kind of argument unchanged', async () => {
    const args = [
      '',
      'a b',
      'ünï',
      '\n',
      'a\nb',
      '\u0001',
      '\u0001\n',
      '\0',
      'x'.repeat(512),
      'ü'.repeat(513),
    ];
    const bytes = [Buffer.alloc(0), Buffer.from([0xff, 0x0a, 0x00, 0xc3])];
    const given = await Promise.all(
      [...args, ...bytes, 0, -1.5, 2 ** 53].map((arg) => echo.run(redis, keys.list, [arg])),
    );
    expect(given).toEqual([
      ...args.map((arg) => Buffer.from(arg)),
      ...bytes,
      ...['0', '-1.5', '9007199254740992'].map((text) => Buffer.from(text)),
    ]);
  });
});
