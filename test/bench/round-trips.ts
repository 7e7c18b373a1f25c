import { setTimeout as sleep } from 'node:timers/promises';
import { readUpdate } from '@chatlane/contracts';
import { openDeployment, type Turn } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
import { startRedisServer } from '@chatlane/testing';
import { startBenchClient } from './bench-client.js';
import { benchLaneSettings } from './lane-settings.js';
import { watchTraffic } from './redis-traffic.js';

/** A pattern of sending updates. */
interface Load {
  name: string;
  updates: number;
  chats: number;
  /** Concurrent posts, like Telegram's max_connections. */
  atOnce: number;
  /** Whether the worker runs while updates come in (`beside`) or starts after all have arrived (`after`). */
  worker: 'beside' | 'after';
  /** Messages that each handler sends in sequence. Default 0. */
  sends?: number;
}

const LOADS: readonly Load[] = [
  { name: 'cold', updates: 5_000, chats: 5_000, atOnce: 40, worker: 'after' },
  { name: 'hot', updates: 5_000, chats: 200, atOnce: 40, worker: 'after' },
  { name: 'live', updates: 5_000, chats: 200, atOnce: 40, worker: 'beside' },
  { name: 'at rest', updates: 200, chats: 200, atOnce: 1, worker: 'beside' },
  { name: 'sending', updates: 2_000, chats: 200, atOnce: 40, worker: 'beside', sends: 3 },
  { name: 'sending at rest', updates: 200, chats: 200, atOnce: 1, worker: 'beside', sends: 3 },
];

/** Redis traffic per update of one load. Each turn reads and writes the session. */
export interface RoundTrips {
  load: string;
  updates: number;
  /** Round trips per update, by script or command. */
  sentPerUpdate: Record<string, number>;
  /** All commands that Redis executed per update, including those in scripts. */
  commandsPerUpdate: number;
}

export async function measureRoundTrips(most: number): Promise<RoundTrips[]> {
  const results: RoundTrips[] = [];
  for (const load of LOADS) {
    results.push(await measure({ ...load, updates: Math.min(load.updates, most) }));
  }
  return results;
}

async function measure(load: Load): Promise<RoundTrips> {
  const server = await startRedisServer();
  const connect = (whenDown: 'wait' | 'fail-fast') =>
    connectRedis({ url: server.url, name: 'bench', whenDown, commandTimeoutMs: 30_000 });
  const [redis, workerRedis, intakeRedis] = [
    connect('wait'),
    connect('wait'),
    connect('fail-fast'),
  ];
  await Promise.all([redis.ping(), workerRedis.ping()]);
  while (intakeRedis.status !== 'ready') await sleep(5);
  const client = load.sends === undefined ? undefined : await startBenchClient(intakeRedis);

  let handled = 0;
  const handle = async (turn: Turn): Promise<void> => {
    const key = turn.sessionKey!;
    const count = Number((await turn.sessions.get(key)) ?? 0);
    const bot = client?.forTurn(turn);
    for (let sent = 0; sent < (load.sends ?? 0); sent += 1) {
      await bot?.sendMessage(count, `message ${sent}`);
    }
    turn.sessions.stage(key, String(count + 1));
  };
  const deployment = openDeployment({ redis: workerRedis, fast: intakeRedis, name: 'bench' });
  const worker = deployment.worker({
    handle,
    turns: 50,
    ...benchLaneSettings,
    observer: { turnEnded: () => (handled += 1) },
  });
  const intake = deployment.intake();
  const push = async (id: number): Promise<void> => {
    const update = textMessage(id, 1 + (id % load.chats));
    await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
  };
  const untilHandled = async (count: number): Promise<void> => {
    while (handled < count) await sleep(2);
  };

  // Scripts are loaded before anything is counted.
  await push(0);
  if (load.worker === 'beside') {
    await worker.start();
    await untilHandled(1);
  }
  const watch = await watchTraffic(redis, server.port);
  let next = 0;
  const poster = async (): Promise<void> => {
    while (next < load.updates) {
      const id = (next += 1);
      await push(id);
      if (load.atOnce === 1) await untilHandled(id + 1);
    }
  };
  await Promise.all(Array.from({ length: load.atOnce }, poster));
  if (load.worker === 'after') await worker.start();
  await untilHandled(load.updates + 1);
  const { sent, commands } = await watch.stop();

  await worker.stop(AbortSignal.timeout(5_000));
  await intake.close();
  await client?.stop();
  for (const each of [redis, workerRedis, intakeRedis]) each.disconnect();
  await server.stop();
  const per = (count: number): number => Math.round((100 * count) / load.updates) / 100;
  return {
    load: load.name,
    updates: load.updates,
    sentPerUpdate: Object.fromEntries([...sent].map(([name, count]) => [name, per(count)])),
    commandsPerUpdate: per(commands),
  };
}

function textMessage(id: number, chat: number): object {
  const user = { id: chat, is_bot: false, first_name: 'Mira', language_code: 'en' };
  return {
    update_id: id,
    message: {
      message_id: id,
      from: user,
      chat: { id: chat, first_name: 'Mira', type: 'private' },
      date: 1_795_003_200,
      text: 'a message of ordinary length, as people write them',
    },
  };
}
