import { Cluster, Command, type Redis as Single, type RedisOptions } from 'ioredis';
import { readRedisUrl, type RedisAddress } from './address.js';
import { batchWrites } from './batched-writes.js';
import { ClusterConnection } from './cluster-connection.js';
import { SingleConnection } from './single-connection.js';

/**
 * A connection to Redis or to a Redis Cluster. On a cluster, all keys of a command, script or transaction must share a
 * hash tag, and a command without a key goes to any node.
 */
export type Redis = Single | Cluster;

/** How to reach Redis, and what happens to commands while it cannot be reached. */
export interface ConnectOptions {
  /** A `REDIS_URL`: see `readRedisUrl`. */
  url: string;
  /** Client name, which `CLIENT LIST` shows to an operator. */
  name: string;
  /**
   * `fail-fast`: a command that cannot be sent now rejects at once (an ingress answers 503).
   * `wait`: commands wait until the connection is back (BullMQ workers, long-lived loops).
   */
  whenDown: 'fail-fast' | 'wait';
  /** Milliseconds after which a command sent in `fail-fast` mode rejects. Default 1000. */
  commandTimeoutMs?: number;
  /**
   * Milliseconds to wait for a reply before reconnecting. Without this limit, it takes the kernel a quarter of an hour
   * to notice that a machine has vanished without closing its connections. Default 15,000, because BullMQ blocks for
   * 10,000.
   */
  silenceMs?: number;
  /** Called with every connection error. Default: they are ignored, because ioredis reconnects by itself. */
  onError?: (error: Error) => void;
}

const lastErrors = new WeakMap<Redis, Error>();

/**
 * Connects to Redis. Returns at once, without waiting for the connection. Reconnects without a limit on attempts, with
 * a back-off of at most a second.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 * @example
 * const redis = connectRedis({ url: 'redis://127.0.0.1:6379', name: 'ingress', whenDown: 'fail-fast' });
 */
export function connectRedis(options: ConnectOptions): Redis {
  const redis = open(readRedisUrl(options.url), options);
  if (redis instanceof Cluster) redis.on('+node', batchNode);
  else batchNode(redis);
  // Without a listener, an `error` event would crash the process on the first refused connection.
  redis.on('error', (error: Error) => {
    lastErrors.set(redis, error);
    options.onError?.(error);
  });
  redis.on('ready', () => lastErrors.delete(redis));
  return redis;
}

/**
 * The last error of a connection that is not ready, which says more than the errors of its rejected commands.
 * Undefined when it is ready or has had no error.
 */
export function lastConnectionError(redis: Redis): Error | undefined {
  return lastErrors.get(redis) ?? lastErrors.get(Object.getPrototypeOf(redis) as Redis);
}

/** The masters of a cluster, or the single server, for commands that concern a whole node. */
export function nodesOf(redis: Redis): Single[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}

/** The master that has the slot of `key` now, or the single server. Undefined when no master is known for the slot. */
export function masterOf(redis: Redis, key: string): Single | undefined {
  if (!(redis instanceof Cluster)) return redis;
  const [address] = redis.slots[new Command('get', [key]).getSlot()] ?? [];
  return redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
}

/** Whether this is a connection to a Redis Cluster. */
export function isCluster(redis: Redis): boolean {
  return redis instanceof Cluster;
}

/** `host:port` at which an operator can reach the node. */
export function addressOf({ options, stream }: Single): string {
  // A cluster node has no stream before its first command.
  const { remoteAddress, remotePort } = (stream ?? {}) as {
    remoteAddress?: string;
    remotePort?: number;
  };
  // Found through Sentinels: the options hold only the address of the Sentinels.
  if (options.sentinels && remoteAddress !== undefined) return `${remoteAddress}:${remotePort}`;
  return `${options.host}:${options.port}`;
}

/** A separate connection, for commands that block others. Opens at once; its errors are ignored. */
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
    // A connection that never opened must not delay the exit of the process by ioredis' default of two seconds.
    disconnectTimeout: 200,
    ...(waits ? {} : { commandTimeout: options.commandTimeoutMs ?? 1_000 }),
  } satisfies RedisOptions;
  const tls = address.tls && { tls: {} };
  const own = {
    ...shared,
    ...address.credentials,
    db: address.db,
    enableOfflineQueue: waits,
    retryStrategy: reconnectDelay,
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
        sentinelRetryStrategy: reconnectDelay,
        // A Sentinel that hangs accepts the connection and never answers.
        sentinelCommandTimeout: 2_000,
        // No failoverDetector: if it fires during a reconnect, the connection ends for good (ioredis 6.0.0).
        // We leave a frozen master after `silenceMs`; one that became a replica closes its connections.
      });
    }
    case 'cluster':
      return new ClusterConnection(address.nodes, {
        redisOptions: { ...shared, ...address.credentials, ...tls },
        enableOfflineQueue: waits,
        clusterRetryStrategy: reconnectDelay,
        // A failover takes seconds: commands that wait are sent again until a node accepts them.
        ...(waits && { maxRedirections: Infinity }),
        // A frozen master keeps its connections open: only the other nodes know that it has been replaced.
        slotsRefreshInterval: 2_000,
        // A certificate is issued for a host name, so the name must not be resolved to an address first.
        ...(address.tls && { dnsLookup: (host, callback) => callback(null, host) }),
      });
  }
}

/** Batches the writes on every connection that `node` opens, including reconnects. */
function batchNode(node: Single): void {
  node.on('connect', () => batchWrites(node.stream));
}

/** Milliseconds to wait before a reconnect. */
function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, 1_000);
}
