import type { BotContext } from '@chatlane/bot';
import { readUpdate } from '@chatlane/contracts';
import { openDeployment, type Intake, type LaterQueue, type LaneWorker } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import type { Schedule } from '@chatlane/middleware';
import type { CallScript } from '@chatlane/simulator';
import { createTelegramClient } from '@chatlane/telegram';
import { botInfo, laneSettings, startRedisServer } from '@chatlane/testing';
import type { Composer } from 'telegraf';
import { classifyError } from './classify-error.js';
import { createOutboxDelivery } from './deliver-outbox.js';
import { createDueSchedules } from './due-schedules.js';
import { createRunBot } from './run-bot.js';
import { startTelegram, token, until, type WorkerTelegram } from './telegram.testkit.js';

/**
 * A bot on lanes inside the test's process, run as in a worker: with real Telegraf, real Redis and a simulated
 * Telegram over HTTP.
 */
export interface BotLanes {
  telegram: WorkerTelegram;
  redis: Redis;
  intake: Intake;
  /** Stores an update in its lane, and makes its chat known to Telegram. */
  push(update: object): Promise<void>;
  /** Events that wait until they are due. */
  later: LaterQueue;
  /** Runs the lanes until they are empty and the condition holds, then stops the worker. */
  run(condition?: () => boolean): Promise<void>;
  /** The outcome of each turn: `<event id> <outcome>`. */
  turns: string[];
  /** The errors of turns. */
  errors: unknown[];
  /** The requests for downloads of committed turns, as JSON. */
  outbox: string[];
  deadLetters(): Promise<number>;
  /** Puts all dead letters back into their lanes. */
  replay(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openBotLanes(
  bot: Composer<BotContext>,
  options: {
    script?: CallScript;
    turnTimeoutMs?: number;
    maxFloodWaitMs?: number;
    schedules?: readonly Schedule[];
    isDeclared?: (schedule: string) => Promise<boolean>;
  } = {},
): Promise<BotLanes> {
  const name = 'test';
  const server = await startRedisServer();
  const connect = (whenDown: 'wait' | 'fail-fast'): Redis =>
    connectRedis({ url: server.url, name, whenDown, commandTimeoutMs: 60_000 });
  const [redis, fast] = [connect('wait'), connect('fail-fast')];
  await until(() => fast.status === 'ready');
  const telegram = await startTelegram({ script: options.script });
  const client = createTelegramClient({
    ...{ token, apiRoot: telegram.url, retryDelayMs: 1 },
    ...(options.maxFloodWaitMs !== undefined && { maxFloodWaitMs: options.maxFloodWaitMs }),
  });
  const deployment = openDeployment({ redis, fast, name });
  const intake = deployment.intake();
  const later = deployment.later();
  const turns: string[] = [];
  const errors: unknown[] = [];
  const outbox: string[] = [];
  const { isDeclared = () => Promise.resolve(true) } = options;

  function createWorker(): LaneWorker {
    return deployment.worker({
      ...laneSettings,
      turnTimeoutMs: options.turnTimeoutMs ?? laneSettings.turnTimeoutMs,
      classifyError,
      handle: createRunBot({
        ...{ bot, client, botInfo: () => botInfo },
        ...(options.schedules && {
          findDueSchedule: createDueSchedules(options.schedules, isDeclared),
        }),
      }),
      deliver: createOutboxDelivery({
        downloads: { add: (_kind, json) => Promise.resolve(void outbox.push(json as string)) },
        intake,
        later,
      }),
      observer: {
        turnEnded({ eventId }, outcome, error) {
          turns.push(`${eventId} ${outcome}`);
          if (error !== undefined) errors.push(error);
        },
      },
    });
  }

  return {
    telegram,
    redis,
    intake,
    turns,
    errors,
    outbox,
    later,
    async push(update) {
      telegram.adopt(update);
      await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
    },
    async run(condition = () => true) {
      const worker = createWorker();
      const reader = deployment.laterReader({ intake });
      await Promise.all([worker.start(), reader.start()]);
      const isDone = async () =>
        condition() && (await deployment.operator.lanes.waiting()).lanes === 0;
      await until(isDone);
      await Promise.all([worker.stop(AbortSignal.timeout(5_000)), reader.stop()]);
    },
    deadLetters: () => deployment.operator.deadLetters.count(),
    async replay() {
      const { deadLetters } = deployment.operator;
      for (const { id } of await deadLetters.list()) await deadLetters.replay(id);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([intake.close(), later.close(), deployment.close()]);
      client.close();
      await telegram.stop();
      [redis, fast].forEach((each) => each.disconnect());
      await server.stop();
    },
  };
}
