import { randomUUID } from 'node:crypto';
import { readUpdate } from '@chatlane/contracts';
import { connectRedis, type Redis } from '@chatlane/redis';
import {
  laneSettings,
  privateText,
  startRedisServer,
  until,
  type RedisServer,
} from '@chatlane/testing';
import {
  openDeployment,
  type BackpressureOptions,
  type Deployment,
  type HandleTurn,
  type Intake,
  type LaneObserver,
  type LaneWorker,
  type LaneWorkerOptions,
  type Operator,
  type Turn,
} from '../src/index.js';
import type { ForwardStep } from '../src/sweep/clock-watch.js';
import { deploymentKeys, type PartitionKeys } from '../src/keys.js';
import { createPartitions } from '../src/partitions.js';
import { openScript, sweepScript, type OpenedLane } from '../src/scripts.js';

export { until };

/** Lanes on a separate, real Redis. */
export interface TestLanes {
  server: RedisServer;
  redis: Redis;
  deployment: Deployment;
  intake: Intake;
  operator: Operator;
  /** Prefix of the deployment's own keys, including BullMQ's. */
  prefix: string;
  /** The keys of a lane's partition. */
  keysOf: (lane: string) => PartitionKeys;
  /** The same for the lane `c:7`. */
  keys: PartitionKeys;
  /** The members of a zset in all partitions. */
  everywhere(
    zset: 'waking' | 'held' | 'resting' | 'paused' | 'oldest' | 'dead' | 'outbox',
  ): Promise<string[]>;
  /** Pushes a text message of a private chat. */
  push(chat: number, updateId: number, text?: string): ReturnType<Intake['push']>;
  /** Pushes any update. */
  pushUpdate(update: object): ReturnType<Intake['push']>;
  /** Starts a worker, on a connection of its own by default. */
  worker(
    handle: HandleTurn,
    options?: Partial<LaneWorkerOptions> & { redis?: Redis },
  ): Promise<LaneWorker>;
  /** Opens a lane like a worker; returns the epoch under which it is held. */
  open(
    lane: string,
    options?: { leaseMs?: number; as?: 'others' | 'alone' | 'beside others' },
  ): Promise<{ epoch: string; opened: OpenedLane[] }>;
  /** Sweeps a lane's partition once, without counting wake-ups as lost. */
  sweep(lane: string, step?: ForwardStep): Promise<void>;
  /** Ids of the events in a lane, the head first. */
  mailbox(lane: string): Promise<string[]>;
  /** The state of every lane that is not idle, by lane. */
  states(): Promise<Record<string, string>>;
  /** Whether no lane has mail. */
  isEmpty(): Promise<boolean>;
  stop(): Promise<void>;
}

/** A connection that waits for Redis, and one that does not. `disconnect` closes all that `connect` has opened. */
export async function connectTo(server: RedisServer) {
  const open: Redis[] = [];
  const connect = (whenDown: 'wait' | 'fail-fast'): Redis => {
    const redis = connectRedis({
      url: server.url,
      name: 'test',
      whenDown,
      commandTimeoutMs: 60_000,
    });
    open.push(redis);
    return redis;
  };
  const redis = connect('wait');
  const fast = connect('fail-fast');
  await redis.ping();
  await until(() => fast.status === 'ready');
  const disconnect = (): void => {
    for (const each of open) each.disconnect();
  };
  return { redis, fast, connect, disconnect };
}

/** @param server the Redis to use. Default: a new one without persistence */
export async function startLanes(
  limits: BackpressureOptions = {},
  server?: RedisServer,
): Promise<TestLanes> {
  server ??= await startRedisServer();
  const name = 'test';
  const { redis, fast, connect, disconnect } = await connectTo(server);
  const deployment = openDeployment({ redis, fast, name });
  const intake = deployment.intake(limits);
  const workers: LaneWorker[] = [];

  const partitions = createPartitions(redis, name);
  const everywhere: TestLanes['everywhere'] = async (zset) => {
    const all = partitions.all.map((keys) => redis.zrange(keys[zset], '0', '-1'));
    return (await Promise.all(all)).flat();
  };
  const pushUpdate = (update: object): ReturnType<Intake['push']> => {
    const routed = readUpdate(update);
    if (!routed) throw new Error('not an update');
    return intake.push(routed, Buffer.from(JSON.stringify(update)));
  };

  return {
    server,
    redis,
    deployment,
    intake,
    operator: deployment.operator,
    prefix: deploymentKeys(name).prefix,
    keysOf: partitions.of,
    keys: partitions.of('c:7'),
    everywhere,
    pushUpdate,
    push: (chat, updateId, text = `text ${updateId}`) => pushUpdate(message(chat, updateId, text)),
    async worker(handle, { redis: own = connect('wait'), ...options } = {}) {
      const worker = openDeployment({ redis: own, name }).worker({
        handle,
        ...laneSettings,
        ...options,
      });
      await worker.start();
      workers.push(worker);
      return worker;
    },
    async open(lane, { leaseMs = 30_000, as = 'others' } = {}) {
      const { scope, prefix } = partitions.of(lane);
      const epoch = randomUUID();
      const { opened } = await openScript.run(redis, scope, [leaseMs, as, epoch, prefix, lane]);
      return { epoch, opened };
    },
    async sweep(lane, { byMs, agoMs } = { byMs: 0, agoMs: 0 }) {
      const { scope, prefix } = partitions.of(lane);
      await sweepScript.run(redis, scope, [prefix, 0, 0, 1_000, 0, 100, 30_000, byMs, agoMs]);
    },
    async mailbox(lane) {
      const stored = await redis.lrange(partitions.of(lane).mail(lane), 0, -1);
      return stored.map((envelope) => envelope.split('|')[1]!);
    },
    async states() {
      const states: Record<string, string> = {};
      for (const state of ['waking', 'held', 'resting', 'paused'] as const) {
        for (const lane of await everywhere(state)) {
          states[lane] = lane in states ? `${states[lane]}+${state}` : state;
        }
      }
      return states;
    },
    isEmpty: async () => (await everywhere('oldest')).length === 0,
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(AbortSignal.timeout(2_000))));
      await Promise.all([intake.close(), deployment.close()]);
      disconnect();
      await server.stop();
    },
  };
}

export function message(chat: number, updateId: number, text: string): object {
  return { update_id: updateId, message: privateText(chat, text, updateId) };
}

/** The update_id of a turn's event. */
export function updateOf(turn: Turn): number {
  return turn.event.type === 'update' ? turn.event.updateId : 0;
}

/** An observer that records everything. */
export function recordingObserver(): {
  observer: LaneObserver;
  turns: string[];
  swept: string[];
  troubles: unknown[];
} {
  const turns: string[] = [];
  const swept: string[] = [];
  const troubles: unknown[] = [];
  return {
    turns,
    swept,
    troubles,
    observer: {
      turnEnded: (turn, outcome) => turns.push(`${turn.eventId} ${outcome}`),
      swept: (cause, lanes) => swept.push(`${cause} ${lanes}`),
      trouble: (what, error) => troubles.push({ what, error }),
    },
  };
}
