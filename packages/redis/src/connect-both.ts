import type { Command } from 'ioredis';
import { connectRedis, type ConnectOptions, type Redis } from './connect.js';

/** How long a command that must not wait may take, in milliseconds. */
const COMMAND_TIMEOUT_MS = 1_000;

/** The two ways in which a process that works on what Redis holds sends its commands, over the same connections. */
export interface BothConnections {
  /** Its commands wait for a Redis that is away. */
  redis: Redis;
  /** Its commands fail at once: for what must not wait, such as scrapes, readiness and a turn's own questions. */
  fast: Redis;
  disconnect(): void;
}

/**
 * Opens the connections without waiting for them.
 *
 * @throws Error when the URL has none of the forms of `readRedisUrl`
 */
export function connectBoth(options: Pick<ConnectOptions, 'url' | 'name'>): BothConnections {
  const redis = connectRedis({ ...options, whenDown: 'wait' });
  return { redis, fast: failFast(redis), disconnect: () => redis.disconnect() };
}

/** The same connection, whose commands reject when they cannot be sent now, and when they are not answered in time. */
function failFast(redis: Redis): Redis {
  return Object.create(redis, {
    sendCommand: {
      value(command: Command, ...rest: never[]) {
        if (redis.status !== 'ready') {
          command.reject(new Error('Redis is away: there is no connection to it.'));
          return command.promise;
        }
        command.setTimeout(COMMAND_TIMEOUT_MS);
        return redis.sendCommand(command, ...rest);
      },
    },
    // Its private members are the connection's own.
    duplicate: { value: redis.duplicate.bind(redis) },
  }) as Redis;
}
