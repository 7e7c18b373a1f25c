import { readUpdateBody } from '@chatlane/contracts';
import { DeploymentRefused, openDeployment } from '@chatlane/lanes';
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
import { createEvents } from './events/events.js';
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

/**
 * Assembles the ingress, in start order. It starts without Redis, and then rejects updates until Redis is available.
 */
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
  const deployment = openDeployment({ redis, name });
  const redisCheck = createRedisCheck(redis, logger);
  lifecycle.add({ name: 'redis settings', start: () => redisCheck.run() });

  const intake = deployment.intake({
    botId,
    laneCeiling: config.laneCeiling,
    memoryBudget: config.memoryBudget,
    onMemory: (share) => observer.memory(share),
    // Replicas get half of the time, so that there is time left to respond to Telegram.
    ...(config.waitReplicas > 0 && {
      replication: { replicas: config.waitReplicas, timeoutMs: Math.ceil(timeoutMs / 2) },
    }),
  });
  lifecycle.add({ name: 'intake', stop: () => intake.close() });
  lifecycle.add({
    name: 'claim',
    // If Redis is unavailable now, the first push claims the deployment.
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

  let hasReachedRedis = false;
  const claimed = () =>
    intake.claim().then(
      () => 'claimed' as const,
      (error: unknown) => (error instanceof DeploymentRefused ? 'refused' : 'unknown'),
    );
  let poller: Poller | undefined;
  deployment.observeRedis(registry);
  const ops = createOpsServer({
    ...config.ops,
    registry,
    lifecycle,
    async ready() {
      const [reason, claim] = await Promise.all([deployment.whyNoWrites(), claimed()]);
      hasReachedRedis ||= !reason && claim === 'claimed';
      return {
        redisReached: hasReachedRedis,
        // A process that has reached Redis once stays ready while Redis is unavailable, so that it still answers
        // Telegram and asks it to retry.
        redisWritable: !(reason && isServerError(reason)),
        redisFit: redisCheck.fit,
        deploymentClaimed: claim !== 'refused',
        ...(poller && { tokenAccepted: !poller.isTokenRefused() }),
        ...(files && { storageReached: await files.hasReachedStorage() }),
      };
    },
  });
  lifecycle.add({ name: 'ops server', start: () => ops.start(), stop: () => ops.stop() });

  const store = createStore({ intake, timeoutMs, source: source.mode, observer });
  if (source.mode === 'polling') {
    const lock = createPollerLock({ redis, name });
    const getUpdates = createGetUpdates({
      ...source,
      // If it cannot be read, Telegram uses the kinds of the previous call.
      allowedUpdates: () => deployment.readAllowedUpdates().catch(() => undefined),
    });
    const polling = createPoller({ lock, getUpdates, read, store, observer });
    lifecycle.add({ name: 'poller', start: () => polling.start(), stop: () => polling.stop() });
    poller = polling;
  }
  const webhook =
    source.mode === 'webhook'
      ? createWebhook({ ...source, read, store, observer, stopping, guard })
      : undefined;
  const events =
    config.eventsSecret === undefined
      ? undefined
      : createEvents({
          ...{ secret: config.eventsSecret, intake, timeoutMs },
          ...{ observer, stopping, guard },
        });
  const endpoints = [webhook, events].filter((each) => each !== undefined);
  if (endpoints.length === 0 && !files) return { ports: () => ({ ops: ops.port }) };
  const app = createPublicApp({ endpoints, routes: files ? [files.router] : [] });
  const server = createPublicServer(app, config.http, guard);
  lifecycle.add({ name: 'public server', start: () => server.start(), stop: () => server.stop() });
  return { ports: () => ({ http: server.port, ops: ops.port }) };
}
