import type { Redis } from '@chatlane/redis';

/** What `INFO` and `CLIENT LIST` tell. */
export interface RedisInfo {
  version: string;
  maxmemoryPolicy: string;
  /** Bytes; 0: no limit. */
  maxmemory: number;
  usedMemory: number;
  appendOnly: boolean;
  /** Snapshots are taken by themselves; undefined: the server does not say. */
  snapshots: boolean | undefined;
  /** The last write to the append-only file, or the last snapshot, did not work. */
  lastWriteFailed: boolean;
}

export async function readRedisInfo(redis: Redis): Promise<RedisInfo> {
  const text = await redis.info();
  const field = (name: string): string =>
    new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
  // Managed servers often refuse CONFIG.
  const save = await redis.config('GET', 'save').then(
    (reply) => (reply as string[])[1] ?? '',
    () => undefined,
  );
  return {
    version: field('redis_version'),
    maxmemoryPolicy: field('maxmemory_policy'),
    maxmemory: Number(field('maxmemory')),
    usedMemory: Number(field('used_memory')),
    appendOnly: field('aof_enabled') === '1',
    snapshots: save === undefined ? undefined : save !== '',
    lastWriteFailed:
      field('aof_last_write_status') === 'err' || field('rdb_last_bgsave_status') === 'err',
  };
}

/** How many connections bear a name. */
export async function countConnections(redis: Redis, name: string): Promise<number> {
  const list = (await redis.client('LIST')) as string;
  return list.split('\n').filter((line) => line.includes(` name=${name} `)).length;
}
