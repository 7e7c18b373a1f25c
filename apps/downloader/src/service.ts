import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloader, observeDownloads, type DownloaderOptions } from '@chatlane/downloads';
import { openDeployment } from '@chatlane/lanes';
import { awaitRedis, connectBoth, connectRedis, requireFitRedis } from '@chatlane/redis';
import {
  bothObservers,
  createOpsServer,
  type Service,
  type ServiceContext,
} from '@chatlane/runtime';
import { createStorage, storageKey } from '@chatlane/storage';
import { createClientMetrics, createTelegramClient } from '@chatlane/telegram';
import type { DownloaderConfig } from './config.js';
import { postponeWhenFull } from './fetch/full-disk.js';
import { createFetching } from './fetching.js';
import { createInspector } from './inspecting/inspector.js';
import { createDownloaderLog } from './log.js';
import { createFetchMetrics, createProcessingMetrics } from './metrics.js';
import { createProcessing } from './processing.js';
import { createProgress } from './progress.js';

/** How long replicas may take to confirm an event; after that it is sent again. */
const REPLICAS_MS = 1_000;
/** The end of the shutdown deadline, reserved for closing what downloads need. */
const CLOSING_MS = 2_000;
/** A longer flood wait postpones the download instead of occupying a slot of the process. */
const FLOOD_WAIT_MS = 1_000;

/** The parts of a downloader, in start order. */
export function createDownloaderService(
  config: DownloaderConfig,
  { logger, lifecycle, registry }: ServiceContext,
): Service {
  const { name } = config;
  const connections = connectBoth({ url: config.redisUrl, name: `${name}-downloader` });
  const { redis, fast } = connections;
  // WAIT blocks its connection, and would thus block the renewal of all jobs' locks.
  const replicated =
    config.waitReplicas > 0
      ? connectRedis({ url: config.redisUrl, name: `${name}-downloader`, whenDown: 'fail-fast' })
      : fast;
  lifecycle.add({
    name: 'redis connections',
    stop() {
      if (replicated !== fast) replicated.disconnect();
      connections.disconnect();
    },
  });
  const deployment = openDeployment({ redis, fast, name });
  lifecycle.add({
    name: 'redis',
    async start(signal) {
      await awaitRedis(redis, signal);
      await requireFitRedis(redis, (details, sentence) => logger.warn(details, sentence));
    },
  });
  lifecycle.add({
    name: 'claim',
    start: () => deployment.claim(config.botId),
  });

  deployment.observeRedis(registry);
  const ops = createOpsServer({
    ...config.ops,
    registry,
    lifecycle,
    ready: async () => {
      const [why, fetches] = await Promise.all([deployment.whyNoWrites(), fetching.answers()]);
      return { redis: !why, fetching: fetches };
    },
  });
  lifecycle.add({ name: 'ops server', start: () => ops.start(), stop: () => ops.stop() });

  const storage = createStorage(config.storage);
  lifecycle.add({ name: 'storage', start: () => storage.check(), stop: () => storage.close() });

  const client = createTelegramClient({
    token: config.token,
    apiRoot: config.apiRoot,
    proxy: config.proxy,
    observer: createClientMetrics(registry),
    maxFloodWaitMs: FLOOD_WAIT_MS,
    // getFile answers only once the Bot API server has the file itself.
    uploadTimeoutMs: config.fetch.totalMs,
  });
  lifecycle.add({ name: 'telegram', stop: () => client.close() });

  const log = createDownloaderLog(logger);
  const inspector = createInspector();
  const spool = storage.spool ?? join(tmpdir(), `${name}-spool`);
  const fetching = createFetching({
    config,
    client,
    spoolDir: config.spoolDir ?? join(spool, 'fetch'),
    inspector,
    observer: bothObservers(createFetchMetrics(registry), log),
  });
  lifecycle.add({ name: 'spool', start: () => fetching.start(), stop: () => fetching.stop() });

  const intake = deployment.intake({
    redis: replicated,
    botId: config.botId,
    ...(config.waitReplicas > 0 && {
      replication: { replicas: config.waitReplicas, timeoutMs: REPLICAS_MS },
    }),
  });
  lifecycle.add({ name: 'intake', stop: () => intake.close() });

  const progress = createProgress({
    redis: fast,
    name,
    edit: ({ chatId, messageId, text, businessConnectionId }, signal) => {
      // Telegraf's types lack this parameter.
      const extra: object = { business_connection_id: businessConnectionId };
      return client
        .forTurn({ signal, isHeld: () => true })
        .editMessageText(chatId, messageId, undefined, text, extra);
    },
  });
  const downloads = observeDownloads(registry, { redis: fast, name });
  const keyOf: DownloaderOptions['keyOf'] = (file) => storageKey(file, config.storageKeys);
  const notify: DownloaderOptions['notify'] = (event, { lane, sessionUser }) =>
    intake.pushInternal(event, lane, sessionUser);
  const processors = createProcessing({
    config,
    storage,
    workDir: join(config.spoolDir ?? spool, 'processing'),
    redis,
    name,
    keyOf,
    inspector,
    async notify(event, address) {
      await notify(event, address);
      downloads.notified?.(event.kind);
    },
    observer: bothObservers(createProcessingMetrics(registry), {
      faulted: log.faulted,
      trouble: log.trouble,
    }),
  });
  lifecycle.add({
    name: 'processors',
    start: () => processors.start(),
    stop: () => processors.stop(),
  });
  const downloader = createDownloader({
    redis,
    name,
    async fetchFile(request, job) {
      try {
        return await fetching.fetchFile(request, job);
      } finally {
        await progress.end(request.id);
      }
    },
    checkStored: fetching.checkStored,
    storage: {
      ...storage,
      put: (...file) =>
        storage.put(...file).catch((error: Error) => {
          throw postponeWhenFull(error, () => log.misconfigured(error.message));
        }),
    },
    keyOf,
    notify,
    afterStored: (request, file) => processors.add(request, file),
    onProgress: (request, received, size) => progress.report(request, received, size),
    limits: config.limits,
    observer: bothObservers(downloads, log),
  });
  const stopMs = Math.max(0, config.shutdownDeadlineMs - CLOSING_MS);
  lifecycle.add({
    name: 'downloads',
    start: () => downloader.start(),
    stop: () => downloader.stop(AbortSignal.timeout(stopMs)),
  });
  return { ports: () => ({ ops: ops.port }) };
}
