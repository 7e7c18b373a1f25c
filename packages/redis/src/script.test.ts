import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startRedisServer, startRedisWith, until } from '@chatlane/testing';
import { connectRedis, defineScript } from './index.js';

const dir = mkdtempSync(join(tmpdir(), 'chatlane-script-'));

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(async () => {
  await stop();
  rmSync(dir, { recursive: true });
});

function script(name: string, source: string): URL {
  const file = join(dir, `${name}.lua`);
  writeFileSync(file, source);
  return pathToFileURL(file);
}

describe('defineScript', () => {
  it('passes keys and arguments and parses the reply', async () => {
    const echo = defineScript(script('echo', 'return { KEYS[1], ARGV[1], 7 }'), (reply) => {
      const [key, value, number] = reply as [Buffer, Buffer, number];
      return { key: key.toString(), value: value.toString(), number };
    });
    expect(await echo.run(redis, ['k'], ['v'])).toEqual({ key: 'k', value: 'v', number: 7 });
  });

  it('keeps bytes that are not valid UTF-8', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3]);
    const give = defineScript(script('give', 'return ARGV[1]'), (reply) => reply as Buffer);
    expect(await give.run(redis, [], [bytes])).toEqual(bytes);
  });

  it('sends the source once, and again after the server has lost it', async () => {
    const ping = defineScript(script('ping', 'return 1'), (reply) => reply as number);
    const calls = async (name: string): Promise<number> => {
      const info = await redis.info('commandstats');
      return Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
    };
    const before = await calls('eval');
    for (let count = 0; count < 3; count += 1) await ping.run(redis, [], []);
    expect(await calls('eval')).toBe(before + 1);
    await redis.script('FLUSH');
    expect(await ping.run(redis, [], [])).toBe(1);
    expect(await calls('eval')).toBe(before + 2);
  });

  it('prepends shared files, and rejects with errors of the script', async () => {
    const shared = script('shared', "local function fail() return redis.error_reply('NO way') end");
    const file = script('fails', 'return fail()');
    const fails = defineScript(file, (reply) => reply, [shared]);
    await expect(fails.run(redis, [], [])).rejects.toThrow('NO way');
  });
});

describe('connectRedis', () => {
  it('rejects commands at once in fail-fast mode while Redis is down, and queues them in wait mode', async () => {
    const restarted = await startRedisServer();
    const errors: Error[] = [];
    const fast = connectRedis({
      url: restarted.url,
      name: 'fast',
      whenDown: 'fail-fast',
      onError: (error) => errors.push(error),
    });
    const waits = connectRedis({ url: restarted.url, name: 'waits', whenDown: 'wait' });
    await waits.set('k', 'v');
    await until(() => fast.status === 'ready');
    expect(await fast.client('GETNAME')).toBe('fast');

    const { port } = restarted;
    await restarted.stop();
    await expect(fast.get('k')).rejects.toThrow();
    const later = waits.get('other');
    await until(() => errors.length !== 0);
    const back = await startRedisServer([], { port });
    expect(await later).toBeNull();
    fast.disconnect();
    waits.disconnect();
    await back.stop();
  });
});
