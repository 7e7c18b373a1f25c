export { eicar, obtainClamd, startClamd, type ClamdServer } from './clamd-server.js';
export { botInfo, laneSettings, privateText } from './fixtures.js';
export { startForwardProxy, type ForwardProxy } from './forward-proxy.js';
export { headlessChromium } from './headless-chromium.js';
export { createKillable, type Killable, type KillableConnection } from './killable.js';
export { startPostgresServer, type PostgresServer } from './postgres-server.js';
export {
  startRedisServer,
  startRedisWith,
  type RedisArgs,
  type RedisServer,
} from './redis-server.js';
export { startRedisProxy, type RedisProxy } from './redis-proxy.js';
export { samplePdf, samplePng } from './sample-files.js';
export { until } from './until.js';
export { startReceiver, type Answering, type Received, type Receiver } from './webhook-receiver.js';
