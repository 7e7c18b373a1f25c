import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readUpdate } from '@chatlane/contracts';
import { freePort } from '@chatlane/processes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { openDeployment, type Deployment, type Intake } from '../src/index.js';
import { deploymentKeys } from '../src/keys.js';
import { createPartitions, type Partitions } from '../src/partitions.js';
import { message } from './lanes.testkit.js';

const APPEND_ONLY = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** The deployment of the workers that crash. */
export const name = 'test';

/** Options of a worker, as source code: short intervals, and many attempts. */
export const crashSettings = `
  turns: 10, leaseMs: 500, sweepEveryMs: 100, turnTimeoutMs: 10_000, graceMs: 100,
  yieldAfterEvents: 50, yieldAfterMs: 5_000, sessionTtlSeconds: 0, maxAttempts: 1_000, atTheLimit: 'bury',
  backOffMs: () => 5, classifyError: () => ({ next: 'retry' }),`;

/** Workers that kill themselves, on a Redis that can be restarted without losing anything. */
export class Crashes {
  readonly redis: Redis;
  readonly partitions: Partitions;
  readonly deployment: Deployment;
  readonly #intake: Intake;
  readonly #program: string;
  readonly #place: { port: number; dir: string };
  readonly #children: ChildProcess[] = [];
  #server: RedisServer;
  /** The id of the last update. */
  updateId = 0;

  private constructor(program: string, server: RedisServer, place: { port: number; dir: string }) {
    this.#program = program;
    this.#server = server;
    this.#place = place;
    this.redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
    this.partitions = createPartitions(this.redis, name);
    this.deployment = openDeployment({ redis: this.redis, name });
    this.#intake = this.deployment.intake();
  }

  /** @param program the source code of a worker, whose arguments are the address of Redis and where it kills itself */
  static async open(program: string): Promise<Crashes> {
    const place = { port: await freePort(), dir: await mkdtemp(join(tmpdir(), 'chatlane-crash-')) };
    return new Crashes(program, await startRedisServer(APPEND_ONLY, place), place);
  }

  /** Writes `each` messages to each of the chats 1 to `chats`, in turn. */
  async push(chats: number, each = 1): Promise<void> {
    for (let index = 0; index < each * chats; index += 1) {
      this.updateId += 1;
      const update = message(1 + (index % chats), this.updateId, 'text');
      await this.#intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
    }
  }

  startWorker(killAt: string): ChildProcess {
    const args = ['--input-type=module', '-e', this.#program, this.#server.url, killAt];
    const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    this.#children.push(child);
    return child;
  }

  /** Runs a worker until it has killed itself. */
  async runUntilKilled(killAt: string): Promise<void> {
    await this.makeDue();
    const [, signal] = (await once(this.startWorker(killAt), 'exit')) as [unknown, string];
    expect(signal).toBe('SIGKILL');
    // Wake-ups that the dead worker was processing would delay the sweep until their locks run out.
    await this.redis.del(await this.redis.keys(`${deploymentKeys(name).prefix}:wake:*`));
  }

  /** Makes all entries of the outbox due, so that the next sweep claims them. */
  async makeDue(): Promise<void> {
    for (const { outbox } of this.partitions.all) {
      for (const entry of await this.redis.zrange(outbox, '0', '-1')) {
        await this.redis.zadd(outbox, 'XX', '1', entry);
      }
    }
  }

  async restartRedis(): Promise<void> {
    await this.#server.stop();
    this.#server = await startRedisServer(APPEND_ONLY, this.#place);
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#intake.close();
    this.redis.disconnect();
    await this.#server.stop();
    await rm(this.#place.dir, { recursive: true });
  }
}
