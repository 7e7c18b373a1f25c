import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@chatlane/processes';
import { startRedisServer, until, type RedisArgs, type RedisServer } from '@chatlane/testing';
import { Redis } from 'ioredis';

const SLOTS = 16_384;
const REPEAT_MEET_MS = 3_000;

/** A cluster node that can be killed and restarted with its data. */
export interface ClusterNode {
  readonly port: number;
  /** Whether its process is running. */
  readonly isUp: boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Restarts it on its port and in its folder; resolves when it answers. */
  startAgain(): Promise<void>;
  /** Runs one command on this node. */
  ask<T>(command: string, ...args: (string | number)[]): Promise<T>;
}

/** A real Redis Cluster on loopback. */
export interface RedisCluster {
  /** A `REDIS_URL` with every node. */
  url: string;
  nodes: readonly ClusterNode[];
  /** Nodes that are currently masters with slots, according to the running nodes. */
  masters(): Promise<ClusterNode[]>;
  /** The master that has this key's slot. */
  masterOf(key: string): Promise<ClusterNode>;
  /** A replica of that master. */
  replicaOf(master: ClusterNode): Promise<ClusterNode>;
  /** Resolves when every slot is served and, with `replicas`, every master has a replica that is in sync. */
  untilWhole(options?: { replicas?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisClusterOptions {
  masters?: number;
  replicasPerMaster?: number;
  /** Milliseconds of silence after which a node counts as failed. */
  nodeTimeoutMs?: number;
  /** Added to every node's command line. A function is called for each node, and again when a port was taken. */
  args?: RedisArgs;
}

/** Starts the machine's redis-server as 3 masters with a replica each, in a few seconds. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, replicasPerMaster = 1, nodeTimeoutMs = 1_500, args = [] } = options;
  const root = await mkdtemp(join(tmpdir(), 'chatlane-cluster-'));
  const count = masters * (1 + replicasPerMaster);
  const nodes: StartedNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(root, { recursive: true, force: true });
  };
  try {
    const own = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(nodeTimeoutMs)];
    // A replica syncs immediately, and can always be elected.
    const sync = ['--repl-diskless-sync-delay', '0', '--cluster-replica-validity-factor', '0'];
    const all = [...own, ...sync, '--repl-ping-replica-period', '1'];
    const given = typeof args === 'function' ? args : () => Promise.resolve(args);
    for (let index = 0; index < count; index += 1) {
      nodes.push(
        await startNode(join(root, String(index)), async () => [...all, ...(await given())]),
      );
    }
    await introduce(nodes, masters);
    const cluster: RedisCluster = {
      url: nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
      nodes,
      async masters() {
        const ports = (await slotMap(nodes)).map(([port]) => port);
        return nodes.filter(({ port }) => ports.includes(port));
      },
      async masterOf(key) {
        const slot = await nodes.find(({ isUp }) => isUp)!.ask<number>('CLUSTER', 'KEYSLOT', key);
        const [port] = (await slotMap(nodes, slot))[0]!;
        return nodes.find((node) => node.port === port)!;
      },
      async replicaOf(master) {
        const range = (await slotMap(nodes)).find(([port]) => port === master.port);
        return nodes.find(({ port }) => port === range?.[1])!;
      },
      untilWhole: ({ replicas = false } = {}) => untilWhole(nodes, replicas),
      stop,
    };
    await cluster.untilWhole({ replicas: replicasPerMaster > 0 });
    return cluster;
  } catch (error) {
    await stop();
    throw error;
  }
}

interface StartedNode extends ClusterNode {
  readonly busPort: number;
}

/** @param chooseArgs called again if one of the ports it chose was taken */
async function startNode(
  dir: string,
  chooseArgs: () => Promise<readonly string[]>,
): Promise<StartedNode> {
  let busPort = 0;
  let args: string[] = [];
  let server: RedisServer = await startRedisServer(
    async () => {
      busPort = await freePort();
      args = ['--cluster-port', String(busPort), ...(await chooseArgs())];
      return args;
    },
    { dir },
  );
  const { port } = server;
  const isUp = (): boolean =>
    server.process.exitCode === null && server.process.signalCode === null;
  return {
    port,
    busPort,
    get isUp() {
      return isUp();
    },
    signal: (signal) => void server.process.kill(signal),
    kill: () => server.stop(),
    async startAgain() {
      if (!isUp()) server = await startRedisServer(args, { dir, port });
    },
    ask: (command, ...own) => ask(port, command, ...own),
  };
}

/** Joins separate nodes into a cluster: the first `masters` share the slots, the others become their replicas. */
async function introduce(nodes: readonly StartedNode[], masters: number): Promise<void> {
  const ids = await Promise.all(nodes.map(({ port }) => ask<string>(port, 'CLUSTER', 'MYID')));
  for (const [index, { port }] of nodes.entries()) {
    await ask(port, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    if (index >= masters) continue;
    const from = Math.floor((index * SLOTS) / masters);
    const to = Math.floor(((index + 1) * SLOTS) / masters) - 1;
    await ask(port, 'CLUSTER', 'ADDSLOTSRANGE', from, to);
  }
  let metAt = -Infinity;
  await until(async () => {
    // A node silently drops a handshake that takes longer than its timeout, as happens on a busy machine.
    if (performance.now() - metAt > REPEAT_MEET_MS) {
      for (const { port, busPort } of nodes.slice(1)) {
        await ask(nodes[0]!.port, 'CLUSTER', 'MEET', '127.0.0.1', port, busPort);
      }
      metAt = performance.now();
    }
    const known = await Promise.all(nodes.map(({ port }) => ask<string>(port, 'CLUSTER', 'NODES')));
    return known.every((text) =>
      ids.every((id) => new RegExp(`^${id} .* connected`, 'm').test(text)),
    );
  }, 'every node to know every other');
  for (const [index, { port }] of nodes.entries()) {
    if (index >= masters) await ask(port, 'CLUSTER', 'REPLICATE', ids[index % masters]!);
  }
}

async function untilWhole(nodes: readonly ClusterNode[], replicas: boolean): Promise<void> {
  const isWhole = async (): Promise<boolean> => {
    const up = nodes.filter(({ isUp }) => isUp);
    const infos = await Promise.all(up.map(({ port }) => ask<string>(port, 'CLUSTER', 'INFO')));
    if (!infos.every((info) => /^cluster_state:ok/m.test(info))) return false;
    const map = await slotMap(nodes);
    if (map.some(([port]) => !up.some((node) => node.port === port))) return false;
    if (!replicas) return true;
    const served = await Promise.all(
      map.map(([port]) => ask<string>(port!, 'INFO', 'replication')),
    );
    return served.every((info) => /^slave\d+:.*state=online/m.test(info));
  };
  // A node that is being replaced may not answer.
  await until(() => isWhole().catch(() => false), 'every slot is served');
}

/** The ports `[master, ...replicas]` of every range of slots, or only of the range that contains `slot`. */
async function slotMap(nodes: readonly ClusterNode[], slot?: number): Promise<number[][]> {
  const { port } = nodes.find(({ isUp }) => isUp)!;
  const ranges = await ask<[number, number, ...[string, number][]][]>(port, 'CLUSTER', 'SLOTS');
  return ranges
    .filter(([from, to]) => slot === undefined || (from <= slot && slot <= to))
    .map(([, , ...holders]) => holders.map(([, holder]) => holder));
}

/** Runs one command on one node, over a separate connection. */
async function ask<T>(port: number, command: string, ...args: (string | number)[]): Promise<T> {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, commandTimeout: 20_000 });
  redis.on('error', () => undefined);
  try {
    return (await redis.call(command, ...args)) as T;
  } finally {
    redis.disconnect();
  }
}
