import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { readUpdate } from '@chatlane/contracts';
import {
  openDeployment,
  type Deployment,
  type HandleTurn,
  type Intake,
  type LaneWorker,
  type LaneWorkerOptions,
  type Operator,
} from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { laneSettings, privateText, startRedisServer, type RedisServer } from '@chatlane/testing';
export { until } from '@chatlane/testing';
import { runCli } from './cli.js';

/** What `npx chatlane-ops` runs. It has to be built first. */
const program = fileURLToPath(new URL('../bin/chatlane-ops.mjs', import.meta.url));

export const token = `123456789:${'A'.repeat(35)}`;

/** The output and exit code of one run. */
export interface Ran {
  code: number | null;
  out: string;
  errors: string;
}

/** Lanes on their own Redis, with the command line. */
export interface TestDeployment {
  server: RedisServer;
  redis: Redis;
  opened: Deployment;
  operator: Operator;
  intake: Intake;
  /** Runs the command line in this process, without a terminal. */
  ops(command: string, env?: Record<string, string>): Promise<Ran>;
  /** Runs the command line as a separate process. */
  run(command: string, env?: Record<string, string>): Promise<Ran>;
  /** Runs the command line with --json and parses the output; its exit code must be 0. */
  json<T>(command: string, env?: Record<string, string>): Promise<T>;
  /** Starts the command line and leaves it running. */
  start(command: string): ChildProcess;
  /** Pushes a text message of a private chat. */
  push(chat: number, updateId: number, text?: string): Promise<void>;
  worker(handle: HandleTurn, options?: Partial<LaneWorkerOptions>): Promise<LaneWorker>;
  stop(): Promise<void>;
}

/** Starts a Redis and opens a deployment on it. */
export async function startDeployment(redisArgs: readonly string[] = []): Promise<TestDeployment> {
  const server = await startRedisServer(redisArgs);
  const name = 'chatlane';
  const open: Redis[] = [];
  const connect = (): Redis => {
    const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
    open.push(redis);
    return redis;
  };
  const redis = connect();
  const opened = openDeployment({ redis, name });
  await opened.claim();
  const intake = opened.intake();
  const workers: LaneWorker[] = [];

  const start = (command: string, env: Record<string, string> = {}): ChildProcess =>
    spawn(process.execPath, [program, ...words(command)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { REDIS_URL: server.url, BOT_TOKEN: '', ...env },
    });
  const ops = async (command: string, env: Record<string, string> = {}): Promise<Ran> => {
    const [output, errors] = [new PassThrough(), new PassThrough()];
    const texts = Promise.all([text(output), text(errors)]);
    const code = await runCli({
      argv: words(command),
      env: { REDIS_URL: server.url, ...env },
      input: { isTTY: false } as NodeJS.ReadStream,
      output: output as unknown as NodeJS.WriteStream,
      errors: errors as unknown as NodeJS.WriteStream,
    });
    output.end();
    errors.end();
    const [out, printed] = await texts;
    return { code, out, errors: printed };
  };
  const run = async (command: string, env?: Record<string, string>): Promise<Ran> => {
    const child = start(command, env);
    const [out, errors, [code]] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, out, errors };
  };

  return {
    server,
    redis,
    opened,
    operator: opened.operator,
    intake,
    ops,
    run,
    start,
    async json<T>(command: string, env?: Record<string, string>) {
      const { code, out, errors } = await ops(`${command} --json`, env);
      if (code !== 0) throw new Error(`${command}: exit code ${code}: ${errors}${out}`);
      return JSON.parse(out) as T;
    },
    async push(chat, updateId, words = 'a secret text') {
      const update = { update_id: updateId, message: privateText(chat, words, updateId) };
      await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
    },
    async worker(handle, options = {}) {
      const worker = openDeployment({ redis: connect(), name }).worker({
        handle,
        ...laneSettings,
        turnTimeoutMs: 60_000,
        maxAttempts: 1,
        ...options,
      });
      await worker.start();
      workers.push(worker);
      return worker;
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(AbortSignal.timeout(100))));
      await Promise.all([intake.close(), opened.close()]);
      for (const each of open) each.disconnect();
      await server.stop();
    },
  };
}

const words = (command: string): string[] => command.split(' ').filter(Boolean);

/** The output of `doctor` with each message on one line. */
export function unwrapped(out: string): string {
  return out.replace(/\n {6,}(?!->)/g, ' ');
}

/** The width of the widest line. */
export function widest(out: string): number {
  return Math.max(...out.split('\n').map((line) => line.length));
}
