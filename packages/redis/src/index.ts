export { defaultPartitions, readRedisUrl, redisSecrets, type RedisAddress } from './address.js';
export { connectRedis, type ConnectOptions, type Redis } from './connect.js';
export { defineScript, type Script, type ScriptArg } from './script.js';
