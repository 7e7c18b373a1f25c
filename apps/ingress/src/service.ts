import { readUpdateBody } from '@chatlane/contracts';
import {
  createIntake,
  DeploymentRefused,
  observeRedis,
  readAllowedUpdates,
  whyNoWrites,
} from '@chatlane/lanes';
import { connectRedis, isServerError } from '@chatlane/redis';
import {
  bothObservers,
  createConnectionGuard,
  createOpsServer,
  createTroubleLog,
  type Service,
  type ServiceContext,
} from '@chatlane/runtime';
import { awaitRedis } from './await-redis.js';
import { createRedisCheck } from './check-redis.js';
import type { IngressConfig } from './config.js';
import { createFileServer } from './files/file-server.js';
import { createIngressLog } from './log.js';
import { createIngressMetrics } from './metrics.js';
import { createGetUpdates } from './polling/get-updates.js';
import { createPollerLock } from './polling/poller-lock.js';
import { createPoller, type Poller } from './polling/poller.js';
import { createPublicApp } from './public-app.js';
import { createPublicServer } from './public-server.js';
import { createStore } from './store.js';
import { createWebhook } from './webhook/webhook.js';

/** What the ingress is built of, in start order. Redis may be away: updates are refused until it is there. */
export function createIngress(config: IngressConfig, context: ServiceContext): Service {
  const { logger, lifecycle, registry } = context;
  const { name, botId, pushTimeoutMs: timeoutMs, source } = config;
  const observer = bothObservers(createIngressMetrics(registry), createIngressLog(logger));
  const { cancelCommands } = config;
  const trouble = createTroubleLog(logger);
  const read = (raw: Buffer) => readUpdateBody(raw, { cancelCommands });

  const redis = connectRedis({
    url: config.redisUrl,
    name: `${name}-ingress`,
    whenDown: 'fail-fast',
    commandTimeoutMs: timeoutMs,
    onError: (error) => trouble('redis connection', error),
  });
  lifecycle.add({
    name: 'redis',
    start: () => awaitRedis(redis, { timeoutMs, logger }),
    stop: () => redis.disconnect(),
  });
  const redisCheck = createRedisCheck(redis, logger);
  lifecycle.add({ name: 'redis settings', start: () => redisCheck.run() });

  const intake = createIntake({
    redis,
    name,
    botId,
    laneCeiling: config.laneCeiling,
    memoryBudget: config.memoryBudget,
    onMemory: (share) => observer.memory(share),
    // Half of the time for the replicas, so that a refusal is still in time.
    ...(config.waitReplicas > 0 && {
      replication: { replicas: config.waitReplicas, timeoutMs: Math.ceil(timeoutMs / 2) },
    }),
  });
  lifecycle.add({ name: 'intake', stop: () => intake.close() });
  lifecycle.add({
    name: 'claim',
    // With Redis away the first push claims.
    start: () =>
      intake.claim().catch((error: unknown) => {
        if (error instanceof DeploymentRefused) throw error;
      }),
  });

  const stopping = () => lifecycle.signal.aborted;
  const guard = createConnectionGuard({ onClosed: () => observer.refused('too_many_connections') });
  const files =
    config.fileLinks && createFileServer(config.fileLinks, { observer, stopping, guard, logger });
  if (files) lifecycle.add(files.part);

  let met = false;
  const claimed = () =>
    intake.claim().then(
      () => 'claimed' as const,
      (error: unknown) => (error instanceof DeploymentRefused ? 'refused' : 'unknown'),
    );
  let poller: Poller | undefined;
  observeRedis(registry, { redis, name });
  const ops = createOpsServer({
    ...config.ops,
    registry,
    lifecycle,
    async ready() {
      const [reason, claim] = await Promise.all([whyNoWrites(redis, name), claimed()]);
      met ||= !reason && claim === 'claimed';
      return {
        redisMet: met,
        // While Redis is away, a process that has met it stays ready: it answers Telegram when to come again.
        redisTakesWrites: !(reason && isServerError(reason)),
        redisFit: redisCheck.fit,
        deploymentClaimed: claim !== 'refused',
        ...(poller && { tokenAccepted: !poller.isTokenRefused() }),
        ...(files && { storageMet: await files.hasReachedStorage() }),
      };
    },
  });
  lifecycle.add({ name: 'ops server', start: () => ops.start(), stop: () => ops.stop() });

  const store = createStore({ intake, timeoutMs, source: source.mode, observer });
  if (source.mode === 'polling') {
    const lock = createPollerLock({ redis, name });
    const getUpdates = createGetUpdates({
      ...source,
      // What cannot be read now is asked for as before.
      allowedUpdates: () => readAllowedUpdates(redis, name).catch(() => undefined),
    });
    const polling = createPoller({ lock, getUpdates, read, store, observer });
    lifecycle.add({ name: 'poller', start: () => polling.start(), stop: () => polling.stop() });
    poller = polling;
  }
  const webhook =
    source.mode === 'webhook'
      ? createWebhook({ ...source, read, store, observer, stopping, guard })
      : undefined;
  if (!webhook && !files) return { ports: () => ({ ops: ops.port }) };
  const app = createPublicApp({ webhook, routes: files ? [files.router] : [] });
  const server = createPublicServer(app, config.http, guard);
  lifecycle.add({ name: 'public server', start: () => server.start(), stop: () => server.stop() });
  return { ports: () => ({ http: server.port, ops: ops.port }) };
}
