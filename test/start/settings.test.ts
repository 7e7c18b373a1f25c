import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort, startApp } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';
import { Redis } from 'ioredis';
import { startRedisCluster } from '../harness/redis-cluster.js';
import { endAll, npmStart, until } from './launched.js';
import { createPerson } from './talk.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

afterEach(endAll);

describe('npm start', () => {
  it('names a port that is in use, its setting, and the remedy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const launched = npmStart([], { PLAYGROUND_PORT: String(port) });
    expect(await launched.exited).toBe(1);
    expect(launched.output()).toMatch(
      new RegExp(`PLAYGROUND_PORT.*port ${port} is in use.*--port`),
    );
    other.close();
  });

  it('reports all faulty settings of all processes at once', async () => {
    const launched = npmStart(['--workers', 'zero', '--port', '0'], {
      WORKER_TURNS: 'abc',
      PUSH_TIMEOUT_MS: 'soon',
      LOG_LEVEL: 'loud',
    });
    expect(await launched.exited).toBe(2);
    for (const setting of ['--workers', 'WORKER_TURNS', 'PUSH_TIMEOUT_MS', 'LOG_LEVEL']) {
      expect(launched.output().split(`${setting}: `)).toHaveLength(2);
    }
  });

  it('reports a fault that only a running process can find, and stops the processes it started', async () => {
    const launched = npmStart(['--port', '0'], { WORKER_TURNS: 'abc' });
    expect(await launched.exited).toBe(2);
    expect(launched.output()).toMatch(/^WORKER_TURNS: /m);
    expect(launched.output()).not.toContain('Chatlane is ready');
  });

  it('says that Telegram rejects a token, without showing it', async () => {
    const server = await startRedisServer();
    const playground = await startApp({
      app: 'playground',
      env: {
        PLAYGROUND_PORT: '0',
        OPS_PORT: '0',
        BOT_TOKEN: '4243:the-one-token-that-is-known-to-it',
      },
    });
    const launched = npmStart([], {
      REDIS_URL: server.url,
      BOT_TOKEN: '4242:another-token-than-the-known-one',
      TELEGRAM_API_ROOT: `http://127.0.0.1:${playground.ports.http}`,
    });
    expect(await launched.exited).toBe(1);
    expect(launched.output()).toContain('BOT_TOKEN: Telegram rejects this token');
    expect(launched.output()).not.toContain('another-token');
    await playground.stop();
    await server.stop();
  });

  it('answers through a webhook, on the Redis of REDIS_URL', async () => {
    const server = await startRedisServer();
    const token = '4242:a-real-token-is-no-longer-than-this';
    const folder = fileURLToPath(new URL('../../.chatlane/bot-4242', import.meta.url));
    const playground = await startApp({
      app: 'playground',
      env: { PLAYGROUND_PORT: '0', OPS_PORT: '0', BOT_TOKEN: token },
    });
    const telegram = `http://127.0.0.1:${playground.ports.http}`;
    const port = String(await freePort());
    try {
      const launched = npmStart([], {
        BOT_TOKEN: token,
        TELEGRAM_API_ROOT: telegram,
        REDIS_URL: server.url,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        INGRESS_PORT: port,
      });
      await launched.see(/Chatlane is ready[\s\S]*Talk to @\w+ .*webhook[\s\S]*Stop: /);
      expect(Object.keys(launched.pids()).sort()).toEqual(['downloader', 'ingress', 'worker-1']);
      const person = createPerson(telegram, 801);
      await person.say('/help');
      await until(async () => (await person.answers()).length > 0);
      // The reference bot learns from chat_member who is an admin; Telegram sends that kind only on request.
      await until(async () =>
        (await allowedUpdates(`${telegram}/bot${token}`)).includes('chat_member'),
      );
      const redis = new Redis(server.url);
      expect(await redis.dbsize()).toBeGreaterThan(0);
      redis.disconnect();
      launched.signal('SIGINT');
      expect(await launched.exited).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await playground.stop();
      await server.stop();
    }
  });

  async function allowedUpdates(bot: string): Promise<string[]> {
    const info = await fetch(`${bot}/getWebhookInfo`);
    const { result } = (await info.json()) as { result: { allowed_updates?: string[] } };
    return result.allowed_updates ?? [];
  }

  it('switches from the simulator to a token on the same Redis, and back', async () => {
    const server = await startRedisServer();
    const token = '4343:a-real-token-is-no-longer-than-this';
    const telegram = await startApp({
      app: 'playground',
      env: { PLAYGROUND_PORT: '0', OPS_PORT: '0', BOT_TOKEN: token },
    });
    const telegramUrl = `http://127.0.0.1:${telegram.ports.http}`;
    const real = { BOT_TOKEN: token, TELEGRAM_API_ROOT: telegramUrl };

    async function talk(person: ReturnType<typeof createPerson>): Promise<void> {
      const before = (await person.answers()).length;
      await person.say('/help');
      await until(async () => (await person.answers()).length > before);
    }

    for (const env of [{}, real, {}]) {
      const launched = npmStart(['--port', '0', '--workers', '1'], {
        REDIS_URL: server.url,
        ...env,
      });
      const [, page = telegramUrl] = await launched.see(
        /^Chatlane is ready\n[\s\S]*(?:Open (\S+) |Talk to @\w+ .*long polling)[\s\S]*Stop: /m,
      );
      await talk(createPerson(page, 804));
      if (env === real) {
        expect(Object.keys(launched.pids()).sort()).toEqual(['downloader', 'ingress', 'worker-1']);
        // The reference bot learns from chat_member who is an admin; Telegram sends that kind only on request.
        await until(async () =>
          (await allowedUpdates(`${telegramUrl}/bot${token}`)).includes('chat_member'),
        );
      }
      launched.signal('SIGINT');
      expect(await launched.exited).toBe(0);
    }
    const redis = new Redis(server.url);
    expect(await redis.mget('{chatlane}:bot', '{chatlane-simulator}:bot')).toEqual(['4343', '1']);
    redis.disconnect();
    await telegram.stop();
    await server.stop();
    rmSync(fileURLToPath(new URL('../../.chatlane/bot-4343', import.meta.url)), {
      recursive: true,
      force: true,
    });
  });

  it('runs on a Redis Cluster, and does not print its password', async () => {
    const cluster = await startRedisCluster({
      replicasPerMaster: 0,
      args: ['--user', 'me', 'on', '>pw', '~*', '&*', '+@all'],
    });
    const url = cluster.url.replace('redis://', 'redis://me:pw@');
    const launched = npmStart(['--port', '0', '--workers', '1'], {
      REDIS_URL: url,
    });
    const [, page] = await launched.see(/^Chatlane is ready\n[\s\S]*Open (\S+) [\s\S]*Stop: /m);
    expect(launched.output()).toContain(cluster.url);
    expect(launched.output()).not.toContain('me:pw');
    const person = createPerson(page!, 803);
    await person.say('/help');
    await until(async () => (await person.answers()).length > 0);
    launched.signal('SIGINT');
    expect(await launched.exited).toBe(0);
    await cluster.stop();
  });

  it.each([
    ['redis+sentinel://127.0.0.1:9', 2, /^REDIS_URL: must be .* redis\+sentinel:.*\/master/m],
    ['redis://me:pw@127.0.0.1:9/abc', 2, /^REDIS_URL: must end with the number of a database/m],
    [
      'redis://me:pw@127.0.0.1:9,127.0.0.1:10',
      1,
      /REDIS_URL: no Redis answers at redis:\/\/127.0.0.1:9,127.0.0.1:10 \(/,
    ],
  ])('says what is wrong with %s', async (url, code, words) => {
    const launched = npmStart(['--port', '0'], { REDIS_URL: url });
    expect(await launched.exited).toBe(code);
    expect(launched.output()).toMatch(words);
    expect(launched.output()).not.toContain('me:pw');
  });

  it('says that the database in REDIS_URL does not exist, before it starts a process', async () => {
    const server = await startRedisServer();
    const launched = npmStart(['--port', '0'], { REDIS_URL: `${server.url}/16` });
    expect(await launched.exited).toBe(1);
    expect(launched.output()).toMatch(
      /^REDIS_URL: Redis at redis:\S+\/16 refuses the connection \(ERR DB index is out of range\); correct/m,
    );
    await server.stop();
  });

  it('explains on Windows what to do before it runs a script that the shell there does not know', async () => {
    const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const script of ['prestart', 'pretest']) {
      const [command, file] = scripts[script]!.split(' ');
      expect(command).toBe('node');
      const windows =
        "data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})";
      const { status, stderr } = spawnSync(process.execPath, ['--import', windows, file!], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([1, expect.stringContaining('wsl --install')]);
    }
  });
});
