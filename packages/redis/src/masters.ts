import { Cluster, type Redis as Single } from 'ioredis';

/**
 * The servers that take writes: every master of a cluster, else the one there is. For what each of them says about
 * itself, as INFO and CLIENT LIST.
 */
export function mastersOf(redis: Single | Cluster): Single[] {
  return redis instanceof Cluster ? redis.nodes('master') : [redis];
}
