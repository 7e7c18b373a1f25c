import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  startRedisProxy,
  startRedisServer,
  until,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { Queue } from 'bullmq';
import { Redis as Plain } from 'ioredis';
import {
  awaitRedis,
  connectRedis,
  createSteadyWorker,
  defineBatchScript,
  defineScript,
  duplicateConnection,
  type ConnectOptions,
  type Redis,
} from './index.js';

const dir = mkdtempSync(join(tmpdir(), 'chatlane-replica-'));
writeFileSync(join(dir, 'write.lua'), "return redis.call('RPUSH', KEYS[1], ARGV[1])");
const write = defineScript(pathToFileURL(join(dir, 'write.lua')), Number);
const calls = "return answerEach(function(call) return redis.call('RPUSH', KEYS[1], call[1]) end)";
writeFileSync(join(dir, 'batch.lua'), calls);
const batch = defineBatchScript(pathToFileURL(join(dir, 'batch.lua')), Number);
const batched = ['batched'];
afterAll(() => rmSync(dir, { recursive: true }));

/** Two servers behind one address. The first is the master, and the second its replica. */
let [first, second]: RedisServer[] = [];
let [toFirst, toSecond]: Plain[] = [];
let proxy: RedisProxy;
const open: { disconnect(): void }[] = [];

beforeEach(async () => {
  first = await startRedisServer(['--repl-diskless-sync-delay', '0']);
  second = await startRedisServer([
    ...['--repl-diskless-sync-delay', '0', '--replicaof', '127.0.0.1', String(first.port)],
  ]);
  [toFirst, toSecond] = [new Plain(first.url), new Plain(second.url)];
  proxy = await startRedisProxy(first.port);
  await until(async () => (await toSecond!.info('replication')).includes('master_link_status:up'));
});

afterEach(async () => {
  for (const each of [...open.splice(0), toFirst!, toSecond!]) each.disconnect();
  await proxy.stop();
  await Promise.all([first!.stop(), second!.stop()]);
});

/** Swaps the roles of master and replica without closing a connection. */
async function swapRoles(): Promise<void> {
  await toSecond!.replicaof('NO', 'ONE');
  await toFirst!.replicaof('127.0.0.1', second!.port);
}

function connect(whenDown: ConnectOptions['whenDown'], errors: Error[] = []): Redis {
  const onError = (error: Error): void => void errors.push(error);
  const redis = connectRedis({ url: proxy.url, name: 'test', whenDown, onError });
  open.push(redis);
  return redis;
}

describe('a connection whose server becomes a replica without closing it', () => {
  it('sends waiting commands and scripts to the new master, each once and in order', async () => {
    const redis = connect('wait');
    const scripts = async (from: number): Promise<void> => {
      const numbers = Array.from({ length: 100 }, (_, index) => from + index);
      const each = numbers.flatMap((number) => [
        write.run(redis, ['list'], [number]),
        batch.run(redis, batched, [number]),
      ]);
      await Promise.all(each);
    };
    await scripts(0);
    // Replication is asynchronous: a write that has not reached the replica is lost in the swap.
    for (const list of ['list', 'batched'])
      await until(async () => (await toSecond!.llen(list)) === 100);
    await swapRoles();
    const written = Promise.all([scripts(100), redis.set('key', 'value')]);
    await until(() => redis.status !== 'ready');
    proxy.leadTo(second!.port);
    await written;
    expect(await toSecond!.get('key')).toBe('value');
    for (const list of ['list', 'batched'])
      expect((await toSecond!.lrange(list, 0, -1)).map(Number)).toEqual(
        Array.from({ length: 200 }, (_, index) => index),
      );
  });

  it('rejects fail-fast commands with the reason, and serves once the address leads to the new master', async () => {
    const errors: Error[] = [];
    const redis = connect('fail-fast', errors);
    await once(redis, 'ready');
    await swapRoles();
    const rejected = Promise.all([write.run(redis, ['list'], [1]), redis.set('key', 'value')]);
    await expect(rejected).rejects.toThrow(/^READONLY/);
    await until(() => errors.length >= 2);
    expect(errors.at(-1)?.message).toMatch(/^The server at 127\.0\.0\.1:\d+ is a replica/);
    expect(redis.status).not.toBe('ready');
    proxy.leadTo(second!.port);
    await until(() => redis.set('key', 'value').then(Boolean, () => false));
    expect(await toSecond!.get('key')).toBe('value');
  });

  it('never executes only part of a transaction', async () => {
    const redis = connect('wait');
    await redis.ping();
    await swapRoles();
    const transaction = redis.multi().set('a', '1').set('b', '2').exec();
    await expect(transaction).rejects.toThrow('EXECABORT');
    proxy.leadTo(second!.port);
    await redis.set('c', '3');
    expect(await toSecond!.keys('*')).toEqual(['c']);
  });

  it('recovers together with a BullMQ worker, its queue and a duplicate', async () => {
    const redis = connect('wait');
    const taken: number[] = [];
    const troubles: unknown[] = [];
    const replaced: Error[] = [];
    const worker = createSteadyWorker<number>({
      redis,
      queue: 'q',
      process: ({ data }) => Promise.resolve(void taken.push(data)),
      settings: { prefix: '{q}' },
      onTrouble: (error) => troubles.push(error),
      onReplaced: (error) => replaced.push(error),
    });
    const duplicate = duplicateConnection(redis);
    open.push(duplicate);
    const queue = new Queue('q', { connection: duplicate, prefix: '{q}' });
    queue.on('error', () => undefined);
    await worker.start();
    await queue.add('job', 1);
    await until(() => taken.length === 1);
    await swapRoles();
    const added = queue.add('job', 2);
    await sleep(200);
    proxy.leadTo(second!.port);
    await added;
    await until(() => taken.length === 2);
    expect(taken).toEqual([1, 2]);
    expect(replaced).toEqual([]);
    await worker.stop();
    await queue.close();
  });
});

describe('a connection to a server that does not serve', () => {
  it('does not become ready on a replica, and reports why', async () => {
    proxy.leadTo(second!.port);
    const redis = connect('wait');
    const waiting = awaitRedis(redis, new AbortController().signal, 1_000);
    await expect(waiting).rejects.toThrow(
      /^REDIS_URL: Redis cannot be used \(The server at 127\.0\.0\.1:\d+ is a replica, .*\)\.$/,
    );
    const written = redis.set('key', 'value');
    proxy.leadTo(first!.port);
    await written;
  });

  it('moves from a server that answers MASTERDOWN to one that serves', async () => {
    const redis = connect('wait');
    await redis.set('key', 'value');
    await until(async () => (await toSecond!.get('key')) === 'value');
    await toFirst!.config('SET', 'replica-serve-stale-data', 'no');
    await toSecond!.replicaof('NO', 'ONE');
    await toFirst!.replicaof('127.0.0.1', 1);
    const read = redis.get('key');
    proxy.leadTo(second!.port);
    expect(await read).toBe('value');
  });

  it('moves from a server that answers LOADING to one that serves', async () => {
    const redis = connect('wait');
    await redis.set('key', 'value');
    await until(async () => (await toSecond!.get('key')) === 'value');
    await toSecond!.replicaof('NO', 'ONE');
    // As a replica of a server with different data, the second one loads data for minutes, and answers in between.
    const other = await startRedisServer(['--repl-diskless-sync-delay', '0']);
    const toOther = new Plain(other.url);
    await toOther.mset(Object.fromEntries(Array.from({ length: 20_000 }, (_, key) => [key, ''])));
    await toFirst!.config('SET', 'key-load-delay', '2000');
    await toFirst!.config('SET', 'loading-process-events-interval-bytes', '1024');
    await toFirst!.replicaof('127.0.0.1', other.port);
    await until(async () => (await toFirst!.info()).includes('\nloading:1'));
    const read = redis.get('key');
    await sleep(500);
    proxy.leadTo(second!.port);
    expect(await read).toBe('value');
    toOther.disconnect();
    await other.stop();
  });
});
