import { Cluster, type Redis as Single } from 'ioredis';
import { masterOf, type Redis } from './connect.js';

/** The write may be lost in a failover: too few replicas confirmed it, or its connection broke. A retry is allowed. */
export class NotReplicatedError extends Error {
  override readonly name = 'NotReplicatedError';
}

/** Confirms writes only once replicas have them too. */
export interface ReplicatedWrites {
  /**
   * Resolves with the result of `write` once the replicas have everything it wrote. `write` gets the connection to the
   * master of `key` and must write to the slot of `key` at least once, on that connection.
   *
   * @throws NotReplicatedError when too few replicas confirmed the write in time, or the connection or master changed
   */
  run<T>(key: string, write: (connection: Redis) => Promise<T>): Promise<T>;
}

/**
 * `WAIT` counts replicas for the writes of its own connection, so the write and its WAIT must share one. WAIT also
 * blocks that connection; writes that finish while one is pending share the next.
 *
 * @param options.replicas how many replicas must have a write
 * @param options.timeoutMs how long they may take, in milliseconds
 */
export function createReplicatedWrites(
  redis: Redis,
  options: { replicas: number; timeoutMs: number },
): ReplicatedWrites {
  const { replicas, timeoutMs } = options;
  const rounds = new WeakMap<Single, { running: Promise<unknown>; next?: Promise<number> }>();

  /** How many replicas have everything that this connection has written so far. */
  function acknowledged(node: Single): Promise<number> {
    const round = rounds.get(node) ?? { running: Promise.resolve() };
    rounds.set(node, round);
    return (round.next ??= (async () => {
      await round.running;
      delete round.next;
      const confirmations = node.wait(replicas, timeoutMs);
      round.running = confirmations.catch(() => undefined);
      return confirmations;
    })());
  }

  async function confirmed<T>(key: string, write: (connection: Redis) => Promise<T>): Promise<T> {
    const node = requireMaster(redis, key);
    // The connection to a cluster node opens with the first command.
    if (node.status !== 'ready') await node.ping();
    const { stream } = node;
    const result = await write(node);
    const count = await acknowledged(node);
    if (node.stream !== stream || masterOf(redis, key) !== node) {
      throw new NotReplicatedError('The connection or the master changed during the write.');
    }
    if (count < replicas) {
      throw new NotReplicatedError(
        `REDIS_WAIT_REPLICAS is ${replicas}, but only ${count} replicas confirmed the write within ${timeoutMs} ms.`,
      );
    }
    return result;
  }

  return {
    async run(key, write) {
      try {
        return await confirmed(key, write);
      } catch (error) {
        // Commands to a node bypass the cluster's redirections, so a failover is noticed only by a refresh.
        if (redis instanceof Cluster) redis.refreshSlotsCache();
        throw error;
      }
    },
  };
}

function requireMaster(redis: Redis, key: string): Single {
  const node = masterOf(redis, key);
  if (!node) throw new NotReplicatedError('No master is known for the slot of this write.');
  return node;
}
