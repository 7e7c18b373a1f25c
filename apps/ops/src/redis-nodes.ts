import { readRedisFacts, type RedisFacts } from '@chatlane/lanes';
import { connectionNames, infoField, nodesOf, type Redis } from '@chatlane/redis';

/** What one master tells about itself. */
export interface RedisNode {
  facts: RedisFacts;
  version: string;
  /** Bytes; 0: no limit. */
  maxmemory: number;
  usedMemory: number;
  /** The last write to the append-only file, or the last snapshot, did not work. */
  lastWriteFailed: boolean;
  uptimeMs: number;
  /** Undefined: it keeps none. */
  appendOnlyFile: AppendOnlyFile | undefined;
}

/** Workers have it written anew after each start: see `keepAppendOnlyFilesWhole` of @chatlane/redis. */
export interface AppendOnlyFile {
  /** Since the server's start. */
  rewritten: 'yes' | 'no' | 'failed';
  /** The user of REDIS_URL who may not ask for it; undefined: may. */
  forbiddenTo: string | undefined;
}

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
  // -1: none has ended since the start.
  return field('aof_last_rewrite_time_sec') === '-1' ? 'no' : 'yes';
}

/** Asks inside a transaction that is discarded: what is not allowed is refused there already, and nothing is carried out. */
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

/** How many connections bear a name; of a cluster's nodes, each of which a process connects to, the most. */
export async function countConnections(redis: Redis, name: string): Promise<number> {
  const nodes = await connectionNames(redis);
  return Math.max(0, ...nodes.map((names) => names.filter((own) => own === name).length));
}
