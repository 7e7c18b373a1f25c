import {
  connectionNames,
  infoField,
  nodesOf,
  readRedisFacts,
  type Redis,
  type RedisFacts,
} from '@chatlane/redis';

/** Facts about one master. */
export interface RedisNode {
  facts: RedisFacts;
  version: string;
  /** In bytes; 0 means no limit. */
  maxmemory: number;
  usedMemory: number;
  /** Whether the last write to the append-only file, or the last snapshot, failed. */
  lastWriteFailed: boolean;
  uptimeMs: number;
  /** Undefined when it is disabled. */
  appendOnlyFile: AppendOnlyFile | undefined;
}

/** Workers rewrite it after each start of Redis: see `rewriteAofAfterRestarts` of @chatlane/redis. */
export interface AppendOnlyFile {
  /** Whether a rewrite has succeeded since the server's start. */
  rewritten: 'yes' | 'no' | 'failed';
  /** The user in REDIS_URL when it may not rewrite the file; undefined when it may. */
  forbiddenTo: string | undefined;
}

/** Reads the facts about every master. */
export async function readRedisNodes(redis: Redis): Promise<RedisNode[]> {
  const [facts, forbidden] = await Promise.all([
    readRedisFacts(redis),
    Promise.all(nodesOf(redis).map(rewriteForbiddenTo)),
  ]);
  return facts.map((facts, index) => {
    const field = (name: string): string => infoField(facts.info, name) ?? '';
    return {
      facts,
      version: field('redis_version'),
      maxmemory: Number(field('maxmemory')),
      usedMemory: Number(field('used_memory')),
      lastWriteFailed:
        field('aof_last_write_status') === 'err' || field('rdb_last_bgsave_status') === 'err',
      uptimeMs: Number(field('uptime_in_seconds')) * 1_000,
      appendOnlyFile:
        field('aof_enabled') === '1'
          ? { rewritten: rewritten(field), forbiddenTo: forbidden[index] }
          : undefined,
    };
  });
}

function rewritten(field: (name: string) => string): AppendOnlyFile['rewritten'] {
  if (field('aof_rewrite_in_progress') === '1') return 'yes';
  if (field('aof_last_bgrewrite_status') === 'err') return 'failed';
  // -1: no rewrite has ended since the start.
  return field('aof_last_rewrite_time_sec') === '-1' ? 'no' : 'yes';
}

/**
 * Tries the command in a transaction that is discarded: a missing permission is reported, but nothing is carried out.
 */
async function rewriteForbiddenTo(
  node: ReturnType<typeof nodesOf>[number],
): Promise<string | undefined> {
  const [, refused] = await Promise.all([
    node.call('MULTI'),
    node.call('BGREWRITEAOF').then(
      () => undefined,
      (error: Error) => error,
    ),
    node.call('DISCARD'),
  ]);
  return refused && (node.options.username ?? 'default');
}

/**
 * How many processes are connected under this name. In a cluster each connects to every node, so the maximum counts.
 */
export async function countConnections(redis: Redis, name: string): Promise<number> {
  const nodes = await connectionNames(redis);
  return Math.max(0, ...nodes.map((names) => names.filter((own) => own === name).length));
}
