import { Cluster, type Redis as Single } from 'ioredis';
import { masterOf, type Redis } from './connect.js';

/** The write may be lost in a failover: too few replicas confirmed it, or its connection broke. It may be repeated. */
export class NotReplicatedError extends Error {
  override readonly name = 'NotReplicatedError';
}

/** Confirms writes only when replicas have them too. */
export interface ReplicatedWrites {
  /**
   * Resolves with what `write` gave once the replicas have all that it wrote. It must write at least
   * once to the slot of `key`, on the connection it is given: that of the master in charge.
   *
   * @throws NotReplicatedError
   */
  run<T>(key: string, write: (connection: Redis) => Promise<T>): Promise<T>;
}

/**
 * `WAIT` speaks of what its own connection wrote, so write and WAIT must share one. It also holds up the
 * connection: writes that end while one is under way share the next.
 *
 * @param options.replicas how many replicas must have a write
 * @param options.timeoutMs how long they may take
 */
export function createReplicatedWrites(
  redis: Redis,
  options: { replicas: number; timeoutMs: number },
): ReplicatedWrites {
  const { replicas, timeoutMs } = options;
  const rounds = new WeakMap<Single, { running: Promise<unknown>; next?: Promise<number> }>();

  /** How many replicas have what the connection wrote until now. */
  function acknowledged(node: Single): Promise<number> {
    const round = rounds.get(node) ?? { running: Promise.resolve() };
    rounds.set(node, round);
    return (round.next ??= (async () => {
      await round.running;
      delete round.next;
      const asked = node.wait(replicas, timeoutMs);
      round.running = asked.catch(() => undefined);
      return asked;
    })());
  }

  async function confirmed<T>(key: string, write: (connection: Redis) => Promise<T>): Promise<T> {
    const node = requireMaster(redis, key);
    // A connection of a cluster opens with its first command.
    if (node.status !== 'ready') await node.ping();
    const { stream } = node;
    const result = await write(node);
    const count = await acknowledged(node);
    if (node.stream !== stream || masterOf(redis, key) !== node) {
      throw new NotReplicatedError('The connection or the master changed during the write.');
    }
    if (count < replicas) {
      throw new NotReplicatedError(
        `REDIS_WAIT_REPLICAS is ${replicas}, but ${count} of the replicas had the write within ${timeoutMs} ms.`,
      );
    }
    return result;
  }

  return {
    async run(key, write) {
      try {
        return await confirmed(key, write);
      } catch (error) {
        // Past the cluster's own redirections: a master that moved has to be looked up again.
        if (redis instanceof Cluster) redis.refreshSlotsCache();
        throw error;
      }
    },
  };
}

function requireMaster(redis: Redis, key: string): Single {
  const node = masterOf(redis, key);
  if (!node) throw new NotReplicatedError('No master is known for the slot of the write.');
  return node;
}
