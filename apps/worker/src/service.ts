import {
  createBroadcastRunner,
  createBroadcasts,
  createChatRecorder,
  observeBroadcasts,
} from '@chatlane/broadcasts';
import { createDownloadQueue } from '@chatlane/downloads';
import {
  exponentialBackOff,
  openDeployment,
  type LaneObserver,
  type LaneWorker,
} from '@chatlane/lanes';
import { countMiddleware, createSessionVersions, type Delivery } from '@chatlane/middleware';
import { awaitRedis, connectBoth, duplicateConnection, requireFitRedis } from '@chatlane/redis';
import {
  bothObservers,
  createOpsServer,
  type Service,
  type ServiceContext,
} from '@chatlane/runtime';
import { createStorage } from '@chatlane/storage';
import {
  createBulkSender,
  createLimitsMetrics,
  createOutageMetrics,
  createPauses,
  createClientMetrics,
  createTelegramLimits,
  createTelegramClient,
  observeLimits,
} from '@chatlane/telegram';
import type { UserFromGetMe } from 'telegraf/types';
import { awaitRedisMemory } from './await-redis-memory.js';
import { createBotPorts } from './bot-ports.js';
import { createBroadcastPort } from './broadcast-port.js';
import { createBroadcastLog } from './broadcast-log.js';
import type { WorkerConfig } from './config.js';
import { createOutboxDelivery } from './deliver-outbox.js';
import { registerCommands } from './register-commands.js';
import { classifyError } from './classify-error.js';
import { createDeploymentClaim } from './deployment-claim.js';
import { createLimitsLog } from './limits-log.js';
import { resolveModule } from './bot-module/import-module.js';
import { botIn, loadBot, type BotExports } from './load-bot.js';
import type { TelegrafHost } from './telegraf/host.js';
import { requirePreparedTelegraf } from './telegraf/require-prepared.js';
import { createLaneLog } from './lane-log.js';
import { createOutageLog, createTelegramGate, telegramCheck } from './outage.js';
import { createDueSchedules } from './due-schedules.js';
import { createRunBot } from './run-bot.js';
import { createExitOnStuckHandler } from './exit-on-stuck-handler.js';
import { createUnawaitedCalls } from './unawaited-calls.js';
import { chooseAllowedUpdates } from './allowed-updates.js';
import { warnAboutChatCodes } from './warn-about-chat-codes.js';

/**
 * The part of the shutdown deadline reserved for releasing lanes, which takes up to a second after turns are aborted.
 */
const RELEASE_LANES_MS = 2_000;

/** Milliseconds that replicas may take to confirm a delivery; later confirmations lead to a retry. */
const REPLICAS_MS = 1_000;

/** What differs in a worker that runs inside of a test. */
export interface WorkerOverrides {
  /** The bot, as a module would export it. Default: that of BOT_MODULE. */
  bot?: BotExports;
  /** Is notified of turns, in addition to the metrics and the log. */
  observer?: LaneObserver;
  /** How long a lane rests after a failed attempt. Default: longer after each attempt. */
  backOffMs?: (attempt: number) => number;
}

/** Assembles a worker, in start order. */
export async function createWorker(
  config: WorkerConfig,
  context: ServiceContext,
  telegraf: TelegrafHost,
  overrides: WorkerOverrides = {},
): Promise<Service> {
  const { logger, lifecycle, registry, fail } = context;
  const { name } = config;
  if (config.botModule !== undefined) resolveModule(config.botModule);
  warnAboutChatCodes(config, logger);
  const connections = connectBoth({ url: config.redisUrl, name: `${name}-worker` });
  const { redis, fast } = connections;
  lifecycle.add({ name: 'redis connections', stop: () => connections.disconnect() });
  const deployment = openDeployment({ redis, fast, name });

  const lanes: { worker?: LaneWorker } = {};
  const delivery: Record<string, Delivery> = {};
  const limitsObserver = bothObservers(createLimitsMetrics(registry), createLimitsLog(logger));
  const pauses = createPauses({ redis: fast, name, observer: limitsObserver });
  const { maxFloodWaitMs, ...rates } = config.limits;
  const limits = createTelegramLimits({
    ...rates,
    redis: fast,
    name,
    pauses,
    observer: limitsObserver,
  });
  observeLimits(registry, limits);
  const client = createTelegramClient({
    token: config.token,
    delivery,
    apiRoot: config.apiRoot,
    proxy: config.proxy,
    observer: createClientMetrics(registry),
    aliasOf: (chatId) => lanes.worker?.aliasOf(chatId),
    onMigrated: (oldChatId, newChatId) => lanes.worker?.migrate(oldChatId, newChatId),
    limits,
    maxFloodWaitMs,
    outage: { pauses, observer: createOutageLog(logger) },
  });
  telegraf.attach({
    token: config.token,
    apiRoot: config.apiRoot,
    telegram: client.telegram,
    logger,
  });
  // The bot is loaded only now, because it may call Telegram while its module is loaded.
  const bot = await (overrides.bot
    ? botIn([overrides.bot], 'the bot')
    : loadBot(config.botModule, telegraf.created));
  Object.assign(delivery, bot.delivery);

  lifecycle.add({
    name: 'redis',
    async start(signal) {
      await awaitRedis(redis, signal);
      await requireFitRedis(redis, (details, sentence) => logger.warn(details, sentence));
      await awaitRedisMemory({ deployment, logger, signal });
    },
  });
  lifecycle.add(
    createDeploymentClaim(deployment, {
      botId: config.botId,
      onRefused(error) {
        logger.fatal({ err: error }, 'the deployment no longer belongs to this bot');
        fail();
      },
    }),
  );

  deployment.observeRedis(registry);
  const ops = createOpsServer({
    ...config.ops,
    registry,
    lifecycle,
    ready: async () => ({
      redis: !(await deployment.whyNoWrites()),
      telegram: telegramCheck(outage),
    }),
  });
  lifecycle.add({ name: 'ops server', start: () => ops.start(), stop: () => ops.stop() });

  const outage = client.outage!;
  createOutageMetrics(registry, outage);
  let me: UserFromGetMe;
  lifecycle.add({
    name: 'telegram',
    async start(signal) {
      const wanted = chooseAllowedUpdates(config.allowedUpdates, telegraf.subscribedKinds, logger);
      await deployment.storeAllowedUpdates(wanted);
      await pauses.start();
      me = await registerCommands({ client, redis, name, commands: bot.commands, logger, signal });
      outage.start();
    },
    stop() {
      client.close();
      pauses.stop();
    },
  });

  const replication = config.waitReplicas > 0 && {
    replication: { replicas: config.waitReplicas, timeoutMs: REPLICAS_MS },
  };
  // WAIT blocks its connection, so it must not share one with the worker's turns.
  const deliveryRedis = replication ? duplicateConnection(redis) : redis;
  const downloads = createDownloadQueue({ redis: deliveryRedis, name, ...replication });
  lifecycle.add({
    name: 'download queue',
    async stop() {
      await downloads.close();
      if (deliveryRedis !== redis) deliveryRedis.disconnect();
    },
  });

  const intake = deployment.intake({ redis: deliveryRedis, ...replication });
  lifecycle.add({ name: 'intake', stop: () => intake.close() });

  const later = deployment.later({ redis: deliveryRedis, ...replication });
  lifecycle.add({ name: 'later queue', stop: () => later.close() });

  const storage = createStorage(config.storage);
  lifecycle.add({ name: 'storage', stop: () => storage.close() });

  const sessionVersions = createSessionVersions({ redis: fast, name });
  lifecycle.add({ name: 'session versions', stop: () => sessionVersions.stop() });

  const count = countMiddleware(registry);
  const unawaited = createUnawaitedCalls(logger, count);
  const { contexts, onStuck } = createExitOnStuckHandler(logger, bot.commands, fail);
  const bulkSender = createBulkSender(client);
  const broadcasts = createBroadcasts({ redis, name });
  lifecycle.add({ name: 'broadcast queue', stop: () => broadcasts.close() });
  const ports = {
    ...createBotPorts({ config, redis: fast, client, storage, terminal: process.stderr }),
    broadcasts: createBroadcastPort(broadcasts, bulkSender),
  };
  const composer = await bot.create(ports);
  if (overrides.bot) telegraf.adopt(composer);
  telegraf.choose(composer);
  requirePreparedTelegraf(composer, { telegraf, whenUnknown: config.unknownTelegraf, logger });
  const observer = bothObservers(
    bothObservers(deployment.observeLanes(registry), createLaneLog(logger)),
    overrides.observer ?? {},
  );
  const declared = bot.schedules(ports);
  const schedules = deployment.schedules({ declared, observer });
  const broadcastLog = createBroadcastLog(logger);
  const chats = createChatRecorder({
    redis: fast,
    name,
    onTrouble: (error) => broadcastLog.trouble?.('record chats', error),
  });
  lifecycle.add({ name: 'known chats', stop: () => chats.stop() });
  const runBot = createRunBot({
    bot: composer,
    client,
    deployment: name,
    sessionVersions,
    botInfo: () => me,
    telegraf,
    count,
    settle: unawaited.settle,
    contexts,
    findDueSchedule: createDueSchedules(declared, (name) => schedules.isDeclared(name)),
  });
  const worker = deployment.worker({
    handle(turn) {
      if (turn.event.type === 'update') chats.saw(turn.event.update);
      return runBot(turn);
    },
    botUsername: () => me.username,
    deliver: createOutboxDelivery({ downloads, intake, later }),
    ...config.lanes,
    ...replication,
    backOffMs: overrides.backOffMs ?? exponentialBackOff,
    classifyError,
    gate: createTelegramGate(outage),
    observer,
    onStuck,
  });
  lanes.worker = worker;
  const turnsMs = Math.max(0, config.shutdownDeadlineMs - RELEASE_LANES_MS);
  const broadcastRunner = createBroadcastRunner({
    redis,
    name,
    sender: bulkSender,
    observer: bothObservers(observeBroadcasts(registry, { redis: fast, name }), broadcastLog),
  });
  lifecycle.add({
    name: 'lanes and broadcasts',
    async start() {
      await Promise.all([worker.start(), broadcastRunner.start()]);
    },
    async stop() {
      const deadline = AbortSignal.timeout(turnsMs);
      await Promise.all([worker.stop(deadline), broadcastRunner.stop(deadline)]);
    },
  });
  lifecycle.add({ name: 'schedules', ...schedules });
  lifecycle.add({ name: 'due events', ...deployment.laterReader({ intake, observer }) });
  return {
    ports: () => ({ ops: ops.port }),
    isHarmless: (reason) =>
      telegraf.handlers.failsTurn(reason) ||
      telegraf.late.isHarmless(reason) ||
      unawaited.isHarmless(reason),
  };
}
