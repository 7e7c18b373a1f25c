import { Cluster, Command, type Redis as Single, type RedisOptions } from 'ioredis';
import { readRedisUrl, type RedisAddress } from './address.js';
import { batchWrites } from './batched-writes.js';
import { ClusterConnection } from './cluster-connection.js';
import { SingleConnection } from './single-connection.js';

/**
 * A connection to Redis, or to a Redis Cluster: there, all keys of a command, script or transaction must
 * share a hash tag, and a command without a key goes to any node.
 */
export type Redis = Single | Cluster;

/** How to reach Redis, and what a caller does when it cannot be reached. */
export interface ConnectOptions {
  /** A `REDIS_URL`: see `readRedisUrl`. */
  url: string;
  /** Shown by `CLIENT LIST`, so that an operator sees who is connected. */
  name: string;
  /**
   * `fail-fast`: a command that cannot be sent now rejects at once (an ingress answers 503).
   * `wait`: commands wait for the connection to return (BullMQ workers, long-lived loops).
   */
  whenDown: 'fail-fast' | 'wait';
  /** Milliseconds after which a command sent in `fail-fast` mode rejects. Default 1000. */
  commandTimeoutMs?: number;
  /**
   * Milliseconds a Redis that owes an answer may be silent before the connection is made anew: a machine that
   * vanished closes nothing, and the kernel gives up after a quarter of an hour. Default 15,000; BullMQ blocks for 10,000.
   */
  silenceMs?: number;
  /** Told of every connection error; without it they are ignored, as ioredis reconnects by itself. */
  onError?: (error: Error) => void;
}

const troubles = new WeakMap<Redis, Error>();

/**
 * The one way to connect. Returns at once; the connection comes up behind it.
 * Reconnects for ever, at most every second.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 * @example
 * const redis = connectRedis({ url: 'redis://127.0.0.1:6379', name: 'ingress', whenDown: 'fail-fast' });
 */
export function connectRedis(options: ConnectOptions): Redis {
  const redis = open(readRedisUrl(options.url), options);
  if (redis instanceof Cluster) redis.on('+node', batchNode);
  else batchNode(redis);
  // Without a listener Node would end the process on the first refused connection.
  redis.on('error', (error: Error) => {
    troubles.set(redis, error);
    options.onError?.(error);
  });
  redis.on('ready', () => troubles.delete(redis));
  return redis;
}

/** The last error of a connection that is not ready, which says more than its rejected commands; undefined: it had none. */
export function connectionTrouble(redis: Redis): Error | undefined {
  return troubles.get(redis) ?? troubles.get(Object.getPrototypeOf(redis) as Redis);
}

/** The masters of a cluster, or the one server there is: for commands that concern a whole node. */
export function nodesOf(redis: Redis): Single[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** The master that has the slot of `key` now, or the one server there is; undefined: none is known. */
export function masterOf(redis: Redis, key: string): Single | undefined {
  if (!(redis instanceof Cluster)) return redis;
  const [address] = redis.slots[new Command('get', [key]).getSlot()] ?? [];
  return redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
}

export function isCluster(redis: Redis): boolean {
  return redis instanceof Cluster;
}

/** `host:port` of a node, as an operator can reach it. */
export function addressOf({ options, stream }: Single): string {
  // A node of a cluster has no stream before its first command.
  const { remoteAddress, remotePort } = (stream ?? {}) as {
    remoteAddress?: string;
    remotePort?: number;
  };
  // Sentinels named it: what it was asked to connect to is not in its options.
  if (options.sentinels && remoteAddress !== undefined) return `${remoteAddress}:${remotePort}`;
  return `${options.host}:${options.port}`;
}

/** A connection of its own for commands that hold up theirs; opens at once, as `connectRedis`. */
export function duplicateConnection(redis: Redis): Redis {
  const own = redis instanceof Cluster ? redis.duplicate() : redis.duplicate();
  own.on('error', () => undefined);
  return own;
}

function open(address: RedisAddress, options: ConnectOptions): Redis {
  const waits = options.whenDown === 'wait';
  const shared = {
    connectionName: options.name,
    maxRetriesPerRequest: waits ? null : 1,
    connectTimeout: 2_000,
    socketTimeout: options.silenceMs ?? 15_000,
    // A connection that never came up must not hold a stopping process for ioredis' two seconds.
    disconnectTimeout: 200,
    ...(waits ? {} : { commandTimeout: options.commandTimeoutMs ?? 1_000 }),
  } satisfies RedisOptions;
  const tls = address.tls && { tls: {} };
  const own = {
    ...shared,
    ...address.credentials,
    db: address.db,
    enableOfflineQueue: waits,
    retryStrategy: inASecondAtMost,
  };
  switch (address.kind) {
    case 'single':
      return new SingleConnection({ ...own, ...address.nodes[0], ...tls });
    case 'sentinel': {
      const { username, password } = address.credentials;
      return new SingleConnection({
        ...own,
        ...(username !== undefined && { sentinelUsername: username }),
        ...(password !== undefined && { sentinelPassword: password }),
        sentinels: address.nodes,
        name: address.master,
        sentinelRetryStrategy: inASecondAtMost,
        // A Sentinel that hangs takes the connection and never answers.
        sentinelCommandTimeout: 2_000,
        // No failoverDetector: its news during a reconnect ends the connection for good (ioredis 6.0.0).
        // A master that froze is left after `silenceMs`, one that became a replica closes by itself.
      });
    }
    case 'cluster':
      return new ClusterConnection(address.nodes, {
        redisOptions: { ...shared, ...address.credentials, ...tls },
        enableOfflineQueue: waits,
        clusterRetryStrategy: inASecondAtMost,
        // A failover takes seconds: a command that waits is sent until a node takes it.
        ...(waits && { maxRedirections: Infinity }),
        // A master that froze keeps its connections: the other nodes tell when it is one no longer.
        slotsRefreshInterval: 2_000,
        // A certificate is for a name, not for the address behind it.
        ...(address.tls && { dnsLookup: (host, callback) => callback(null, host) }),
      });
  }
}

/** Every connection it makes, after a loss too. */
function batchNode(node: Single): void {
  node.on('connect', () => batchWrites(node.stream));
}

function inASecondAtMost(attempt: number): number {
  return Math.min(50 * attempt, 1_000);
}
