import { readUpdate } from '@chatlane/contracts';
import {
  openDeployment,
  type Deployment,
  type LaneObserver,
  type LaneWorker,
  type TurnSessions,
} from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { once } from 'node:events';
import type { ParsedUpdate } from '../updates.js';
import type { BenchHandler, BenchSession, System, SystemOptions } from './system.js';
import { benchLaneSettings } from '../lane-settings.js';

export interface ChatlaneOptions extends SystemOptions {
  observer?: LaneObserver;
  backOffMs?: number;
}

/** The default settings of a deployment, except those that a bench sets itself. */
function createBenchWorker(
  deployment: Deployment,
  options: ChatlaneOptions,
  handler: BenchHandler,
): LaneWorker {
  return deployment.worker({
    turns: options.turns,
    ...benchLaneSettings,
    backOffMs: () => options.backOffMs ?? benchLaneSettings.backOffMs(),
    ...(options.observer && { observer: options.observer }),
    handle: async ({ event, sessionKey, sessions }) => {
      if (event.type !== 'update' || sessionKey === undefined) throw new Error('No bench update.');
      await handler(event.update as unknown as ParsedUpdate, new TurnSession(sessions, sessionKey));
    },
  });
}

/** A class, like those of the peers, because tsx spends time on naming each created closure. */
class TurnSession implements BenchSession {
  constructor(
    private readonly sessions: TurnSessions,
    private readonly key: string,
  ) {}

  read(): Promise<string | undefined> {
    return this.sessions.get(this.key);
  }

  write(json: string): Promise<void> {
    return Promise.resolve(this.sessions.stage(this.key, json));
  }
}

export async function chatlane(options: ChatlaneOptions): Promise<System> {
  const connect = (whenDown: 'wait' | 'fail-fast'): Redis =>
    connectRedis({ url: options.redisUrl, name: 'bench', whenDown, commandTimeoutMs: 30_000 });
  const [fast, redis] = [connect('fail-fast'), connect('wait')];
  await Promise.all([fast, redis].map((each) => once(each, 'ready')));
  const deployment = openDeployment({ redis, fast, name: 'bench' });
  const intake = deployment.intake();
  let worker: LaneWorker | undefined;
  return {
    name: 'chatlane',
    async add({ body }) {
      await intake.push(readUpdate(JSON.parse(body.toString()))!, body);
    },
    async start(handler) {
      worker = createBenchWorker(deployment, options, handler);
      await worker.start();
    },
    async stop() {
      await worker?.stop(AbortSignal.timeout(5_000));
      await intake.close();
      fast.disconnect();
      redis.disconnect();
    },
  };
}
