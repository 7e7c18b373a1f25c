import { addressOf, infoField, isCluster, nodesOf, type Redis } from '@chatlane/redis';

/** What one Redis node says about itself, as it says it. */
export interface RedisFacts {
  /** `host:port`. */
  node: string;
  /** The reply to INFO. */
  info: string;
  /** Replies to CONFIG GET by parameter; undefined when the server does not allow CONFIG, as most managed ones. */
  config: { save?: string; appendfsync?: string } | undefined;
  /** The connection is one to a whole cluster, which follows its nodes' redirections. */
  viaCluster: boolean;
}

/** Something about a Redis that an operator should know. */
export interface RedisFinding {
  /** `fault`: updates would be lost, no process starts. `warning`: they may be. `note`: good to know. */
  level: 'fault' | 'warning' | 'note';
  node: string;
  problem: string;
  /** What to do, with the command to type. */
  remedy: string;
}

/** Asks every master for what `judgeRedis` wants to know. */
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

/** Judges one node's settings: whether it keeps what it acknowledged, and what happens when it is full. */
export function judgeRedis({ node, info, config, viaCluster }: RedisFacts): RedisFinding[] {
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
      `type: redis-cli -h ${host} -p ${port} CONFIG SET ${parameter} ${value}, and put ` +
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
      'is a node of a Redis Cluster, named alone: it keeps some lanes only',
      `name another one too, or the same again: REDIS_URL=redis://${node},${node}`,
    );
  }

  const policy = field('maxmemory_policy');
  if (policy === undefined) {
    found(
      'warning',
      'does not tell its maxmemory-policy',
      'make sure it is noeviction: any other drops updates that were acknowledged',
    );
  } else if (policy !== 'noeviction') {
    found(
      'fault',
      `drops keys when it is full (maxmemory-policy ${policy}), acknowledged updates among them`,
      set('maxmemory-policy', 'noeviction'),
    );
  }
  if (field('maxmemory') === '0') {
    found(
      'note',
      'has no maxmemory: REDIS_MEMORY_BUDGET has nothing to go by, and the machine decides what happens when it is full',
      set('maxmemory', '<bytes, with room left for the system>'),
    );
  }

  if (field('aof_enabled') === '0') {
    if (config?.save === '' && Number(field('connected_slaves') ?? 0) > 0) {
      // The trap: restarted before it is failed over, it is a master still, and its replicas copy nothing.
      found(
        'warning',
        'is a master that keeps nothing on disk: restarted by itself, it comes back empty, and its replicas empty themselves after it',
        `on it and on each replica, ${set('appendonly', 'yes')}; else let nothing restart it before a replica has taken its place`,
      );
    } else if (config?.save === '') {
      found(
        'warning',
        'keeps nothing on disk: a restart loses every update',
        set('appendonly', 'yes'),
      );
    } else {
      const problem = config
        ? `has snapshots only (save ${config.save}): a crash loses all updates since the last`
        : 'has no append-only file, and does not tell whether it takes snapshots';
      found('warning', problem, set('appendonly', 'yes'));
    }
  } else if (config?.appendfsync === 'no') {
    found(
      'warning',
      'leaves it to the system when its append-only file reaches the disk',
      set('appendfsync', 'everysec'),
    );
  } else if (config?.appendfsync === 'everysec') {
    found(
      'note',
      'may lose the last second before the crash of its machine (appendfsync everysec)',
      `if that is too much, ${set('appendfsync', 'always')}`,
    );
  }
  return findings;
}
