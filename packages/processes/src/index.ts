export {
  AppStartError,
  smallMemory,
  spawnSpareWorker,
  startApp,
  type AppOptions,
  type AppProcess,
} from './app-process.js';
export { canUnpack, unpackDebian } from './debian/unpack.js';
export { locateUnpacked, type Program } from './debian/unpacked.js';
export { findCommand } from './find-command.js';
export { spawnGuarded, type GuardedCommand } from './guarded-process.js';
export { freePort, isTaken, onFreePort } from './ports.js';
export { processorMs } from './processor-time.js';
export { locateRedis } from './redis/locate.js';
export { NoRedisError, obtainRedis } from './redis/obtain.js';
export { redisIsReady, spawnRedis, type RedisPlace } from './redis/spawn.js';
export { dataRoot, projectRoot } from './project.js';
export {
  describeEnd,
  watchProcess,
  type ProcessEnd,
  type WatchedProcess,
} from './watched-process.js';
