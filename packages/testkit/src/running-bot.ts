import { randomBytes } from 'node:crypto';
import { knownKinds } from '@chatlane/contracts';
import {
  openDeployment,
  type Deployment,
  type Intake,
  type LaneObserver,
  type LaterQueue,
} from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
import { createLifecycle, createLogger } from '@chatlane/runtime';
import type { RunningSimulator } from '@chatlane/simulator';
import { createPreparedWorker, readWorkerConfig, type BotExports } from '@chatlane/worker';
import { Registry } from 'prom-client';
import { privateRedis } from './private-redis.js';
import { telegraf } from './telegraf.js';

/** How long a worker has to end its turns when it stops. */
const STOP_MS = 5_000;

/** Options of `runBot`. */
export interface BotOptions {
  /** The bot, or the path of its module. */
  bot: BotExports | string;
  telegram: RunningSimulator;
  /** The name of the deployment. */
  name: string;
  /** Settings of the worker. */
  settings: Readonly<Record<string, string>>;
  observer: LaneObserver;
  /** Called when the worker's process would exit. */
  onFail: (error: Error) => void;
}

/** A worker that runs the bot in this process, and the way into its lanes. */
export interface RunningBot {
  deployment: Deployment;
  intake: Intake;
  /** The events that wait until they are due. */
  later: LaterQueue;
  stop(): Promise<void>;
}

/** A name that no other deployment has. */
export const newName = (): string => `test-${randomBytes(6).toString('hex')}`;

/** @throws Error when the bot cannot be loaded or started */
export async function runBot(options: BotOptions): Promise<RunningBot> {
  const { bot, telegram, name, observer, onFail } = options;
  const isPath = typeof bot === 'string';
  const config = readWorkerConfig({
    BOT_TOKEN: telegram.token,
    REDIS_URL: await privateRedis(),
    CHATLANE_NAME: name,
    TELEGRAM_API_ROOT: telegram.url,
    OPS_PORT: '0',
    LOG_LEVEL: 'silent',
    ALLOWED_UPDATES: knownKinds.join(','),
    ...(isPath && { BOT_MODULE: bot }),
    ...options.settings,
  });
  const logger = createLogger({ name: 'worker', level: config.logLevel, secrets: config.secrets });
  const lifecycle = createLifecycle({ logger, deadlineMs: STOP_MS });
  const fail = (): void => onFail(new Error('The worker would exit now, and be started again.'));
  const context = { logger, lifecycle, registry: new Registry(), fail };
  try {
    await createPreparedWorker(config, context, telegraf, {
      ...(!isPath && { bot }),
      observer,
      backOffMs: () => 0,
    });
    await lifecycle.start();
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }

  const redis = connectRedis({ url: config.redisUrl, name: `${name}-test`, whenDown: 'wait' });
  const deployment = openDeployment({ redis, name });
  const intake = deployment.intake({ botId: config.botId });
  const later = deployment.later();
  await intake.claim();
  return {
    deployment,
    intake,
    later,
    async stop() {
      await lifecycle.stop();
      await Promise.all([intake.close(), later.close(), deployment.close()]);
      redis.disconnect();
    },
  };
}
