export { readRedisUrl } from './address.js';
export { rewriteAofAfterRestarts } from './append-only-file.js';
export { awaitRedis } from './await-redis.js';
export { connectionNames, databaseOf } from './connections.js';
export { connectBoth, type BothConnections } from './connect-both.js';
export {
  addressOf,
  connectRedis,
  duplicateConnection,
  isCluster,
  lastConnectionError,
  masterOf,
  nodesOf,
  type ConnectOptions,
  type Redis,
} from './connect.js';
export { connectionFailed, isRefusal, isServerError } from './connection-error.js';
export { defineBatchScript } from './batch-script.js';
export { assessRedis, readRedisFacts, type RedisFacts, type RedisFinding } from './health.js';
export { infoField } from './info-field.js';
export { createReplicatedWrites, NotReplicatedError, type ReplicatedWrites } from './replicated.js';
export { requireFitRedis, UnfitRedisError } from './require-fit.js';
export { scanKeys } from './scan-keys.js';
export { defineScript, type Script, type ScriptArg } from './script.js';
export { serverTime } from './server-time.js';
export { shareReading } from './shared-reading.js';
export { createSteadySubscription, type SteadySubscription } from './steady-subscription.js';
export { createSteadyWorker, type SteadyWorker } from './steady-worker.js';
export { isRedisUnavailable } from './unavailable.js';
export { within } from './within.js';
export { hasFreeMemory, whyNoWrites } from './write-probe.js';
