export {
  AppStartError,
  startApp,
  type AppOptions,
  type AppProcess,
  type ProcessEnd,
} from './app-process.js';
export { findCommand } from './find-command.js';
export { freePort, startRedisServer, type RedisServer } from './redis-server.js';
