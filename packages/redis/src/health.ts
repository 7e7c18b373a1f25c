import { addressOf, isCluster, nodesOf, type Redis } from './connect.js';
import { infoField } from './info-field.js';

/** What one Redis node reports about itself. */
export interface RedisFacts {
  /** `host:port`. */
  node: string;
  /** The reply to INFO. */
  info: string;
  /** Replies to CONFIG GET by parameter. Undefined when the server forbids CONFIG, as most managed ones do. */
  config: { save?: string; appendfsync?: string } | undefined;
  /** Whether the connection is one to a whole cluster, which follows redirections. */
  viaCluster: boolean;
}

/** Something about a Redis that an operator should know. */
export interface RedisFinding {
  /** `fault`: updates would be lost, so no process starts. `warning`: updates may be lost. `note`: good to know. */
  level: 'fault' | 'warning' | 'note';
  /** `host:port`. */
  node: string;
  /** Completes the sentence "Redis at <node> ...". */
  problem: string;
  /** What to do, including the command to type. */
  remedy: string;
}

/** Reads from every master what `assessRedis` needs. */
export async function readRedisFacts(redis: Redis): Promise<RedisFacts[]> {
  return Promise.all(
    nodesOf(redis).map(async (node) => {
      const info = await node.info();
      const config = await Promise.all([setting(node, 'save'), setting(node, 'appendfsync')]).then(
        ([save, appendfsync]) => ({ save, appendfsync }),
        () => undefined,
      );
      return { node: addressOf(node), info, config, viaCluster: isCluster(redis) };
    }),
  );
}

async function setting(
  node: ReturnType<typeof nodesOf>[number],
  parameter: string,
): Promise<string> {
  const [, value = ''] = await node.config('GET', parameter);
  return value;
}

/** Checks one node's settings: whether it keeps what it has acknowledged, and what happens when it is full. */
export function assessRedis({ node, info, config, viaCluster }: RedisFacts): RedisFinding[] {
  const field = (name: string): string | undefined => infoField(info, name);
  const findings: RedisFinding[] = [];
  const found = (level: RedisFinding['level'], problem: string, remedy: string): void =>
    void findings.push({ level, node, problem, remedy });
  const set = (parameter: string, value: string): string => {
    const [host, port] = [
      node.slice(0, node.lastIndexOf(':')),
      node.slice(node.lastIndexOf(':') + 1),
    ];
    return (
      `run \`redis-cli -h ${host} -p ${port} CONFIG SET ${parameter} ${value}\`, and put ` +
      `"${parameter} ${value}" into redis.conf (managed Redis: into its parameters)`
    );
  };

  const [major = 0, minor = 0] = (field('redis_version') ?? '7.0').split('.').map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    found('fault', `is version ${major}.${minor}`, 'run Redis 6.2 or newer');
  }
  if (field('redis_mode') === 'cluster' && !viaCluster) {
    found(
      'fault',
      'is a single node of a Redis Cluster, which has only some of the lanes',
      `name another node as well, or the same one twice: REDIS_URL=redis://${node},${node}`,
    );
  }

  const policy = field('maxmemory_policy');
  if (policy === undefined) {
    found(
      'warning',
      'does not report its maxmemory-policy',
      'make sure it is noeviction: any other policy drops updates that were acknowledged',
    );
  } else if (policy !== 'noeviction') {
    found(
      'fault',
      `drops keys when it is full (maxmemory-policy ${policy}), including acknowledged updates`,
      set('maxmemory-policy', 'noeviction'),
    );
  }
  if (field('maxmemory') === '0') {
    found(
      'note',
      'has no maxmemory: REDIS_MEMORY_BUDGET has no effect, and Redis may use up the memory of its machine',
      set('maxmemory', '<bytes, less than the memory of the machine>'),
    );
  }

  if (field('aof_enabled') === '0') {
    if (config?.save === '' && Number(field('connected_slaves') ?? 0) > 0) {
      // If it restarts before the failover, it is still the master, and its replicas copy its empty data set.
      found(
        'warning',
        'is a master that keeps nothing on disk: if it restarts before a failover it is empty, and its replicas empty themselves',
        `on it and on each replica, ${set('appendonly', 'yes')}; otherwise make sure that it is not restarted before a replica has taken its place`,
      );
    } else if (config?.save === '') {
      found(
        'warning',
        'keeps nothing on disk: a restart loses every update',
        set('appendonly', 'yes'),
      );
    } else {
      const problem = config
        ? `has snapshots only (save ${config.save}): a crash loses all updates since the last one`
        : 'has no append-only file, and does not report whether it takes snapshots';
      found('warning', problem, set('appendonly', 'yes'));
    }
  } else if (config?.appendfsync === 'no') {
    found(
      'warning',
      'lets the operating system decide when its append-only file reaches the disk (appendfsync no)',
      set('appendfsync', 'everysec'),
    );
  } else if (config?.appendfsync === 'everysec') {
    found(
      'note',
      'may lose the last second before a crash of its machine (appendfsync everysec)',
      `if that is too much, ${set('appendfsync', 'always')}`,
    );
  }
  return findings;
}
