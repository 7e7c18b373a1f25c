import { connectRedis } from '@chatlane/redis';
import { startRedisServer, startRedisWith, until } from '@chatlane/testing';
import { createPollerLock } from './poller-lock.js';

const never = new AbortController().signal;

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

afterEach(() => redis.flushall());

const createLock = (lockMs = 60_000) => createPollerLock({ redis, name: 'bot', lockMs });

describe('the poller lock', () => {
  it('is held by one process at a time, and goes to the next when it is released', async () => {
    const held = await createLock().acquire(never);
    let next = false;
    const waiting = createLock(30).acquire(never);
    void waiting.then(() => (next = true));
    await redis.ping();
    expect(next).toBe(false);
    await held.release();
    await (await waiting).release();
    expect(await redis.exists('{bot}:poller')).toBe(0);
  });

  it('expires when its holder dies', async () => {
    await redis.set('{bot}:poller', 'a process that was killed', 'PX', 50);
    const held = await createLock(30).acquire(never);
    await held.release();
  });

  it('is renewed as long as its holder lives', async () => {
    const held = await createLock(1_200).acquire(never);
    const token = await redis.get('{bot}:poller');
    const before = await redis.pexpiretime('{bot}:poller');
    await until(async () => (await redis.pexpiretime('{bot}:poller')) > before + 300);
    expect(await redis.get('{bot}:poller')).toBe(token);
    expect(held.lost.aborted).toBe(false);
    await held.release();
  });

  it('is reported as lost when another process has it, and is then neither renewed nor released', async () => {
    const held = await createLock(60).acquire(never);
    await redis.set('{bot}:poller', 'another');
    await until(() => held.lost.aborted);
    await held.release();
    expect(await redis.get('{bot}:poller')).toBe('another');
    expect(await redis.pttl('{bot}:poller')).toBe(-1);
  });

  it('is reported as lost when Redis is unavailable until it expires', async () => {
    const own = await startRedisServer();
    const failFast = connectRedis({
      url: own.url,
      name: 'test',
      whenDown: 'fail-fast',
      commandTimeoutMs: 100,
    });
    await until(() => failFast.status === 'ready');
    const lock = createPollerLock({ redis: failFast, name: 'bot', lockMs: 60 });
    const held = await lock.acquire(never);
    own.process.kill('SIGSTOP');
    await until(() => held.lost.aborted);
    await held.release();
    failFast.disconnect();
    await own.stop();
  });

  it('is not waited for by a stopping process', async () => {
    await redis.set('{bot}:poller', 'another');
    const stopping = new AbortController();
    const waiting = createLock().acquire(stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(waiting).rejects.toThrow('stopping');
  });
});
