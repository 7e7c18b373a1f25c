import { readRedisFacts, type RedisFacts } from '@chatlane/lanes';
import { infoField, nodesOf, type Redis } from '@chatlane/redis';

/** What one master tells about itself. */
export interface RedisNode {
  facts: RedisFacts;
  version: string;
  /** Bytes; 0: no limit. */
  maxmemory: number;
  usedMemory: number;
  /** The last write to the append-only file, or the last snapshot, did not work. */
  lastWriteFailed: boolean;
}

export async function readRedisNodes(redis: Redis): Promise<RedisNode[]> {
  return (await readRedisFacts(redis)).map((facts) => {
    const field = (name: string): string => infoField(facts.info, name) ?? '';
    return {
      facts,
      version: field('redis_version'),
      maxmemory: Number(field('maxmemory')),
      usedMemory: Number(field('used_memory')),
      lastWriteFailed:
        field('aof_last_write_status') === 'err' || field('rdb_last_bgsave_status') === 'err',
    };
  });
}

/** How many connections bear a name; of a cluster's nodes, each of which a process connects to, the most. */
export async function countConnections(redis: Redis, name: string): Promise<number> {
  const lists = await Promise.all(nodesOf(redis).map((node) => node.client('LIST')));
  const counts = lists.map(
    (list) =>
      String(list)
        .split('\n')
        .filter((line) => line.includes(` name=${name} `)).length,
  );
  return Math.max(0, ...counts);
}
