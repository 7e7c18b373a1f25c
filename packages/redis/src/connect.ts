import { Redis } from 'ioredis';

export type { Redis };

/** How to reach Redis, and what a caller does when it cannot be reached. */
export interface ConnectOptions {
  /** `redis://` or `rediss://`, with user, password and database as usual. */
  url: string;
  /** Shown by `CLIENT LIST`, so that an operator sees who is connected. */
  name: string;
  /**
   * `fail-fast`: a command that cannot be sent now rejects at once (an ingress answers 503).
   * `wait`: commands wait for the connection to return (BullMQ workers, long-lived loops).
   */
  whenDown: 'fail-fast' | 'wait';
  /** Milliseconds after which a command sent in `fail-fast` mode rejects. Default 1000. */
  commandTimeoutMs?: number;
  /**
   * Milliseconds a Redis that owes an answer may be silent before the connection is made anew: a machine that
   * vanished closes nothing, and the kernel gives up after a quarter of an hour. Default 15,000; BullMQ blocks for 10,000.
   */
  silenceMs?: number;
  /** Told of every connection error; without it they are ignored, as ioredis reconnects by itself. */
  onError?: (error: Error) => void;
}

/**
 * The one way to connect. Returns at once; the connection comes up behind it.
 * Reconnects for ever, at most every second.
 *
 * @example
 * const redis = connectRedis({ url: 'redis://127.0.0.1:6379', name: 'ingress', whenDown: 'fail-fast' });
 */
export function connectRedis(options: ConnectOptions): Redis {
  const waits = options.whenDown === 'wait';
  const redis = new Redis(options.url, {
    connectionName: options.name,
    maxRetriesPerRequest: waits ? null : 1,
    enableOfflineQueue: waits,
    connectTimeout: 2_000,
    socketTimeout: options.silenceMs ?? 15_000,
    // A connection that never came up must not hold a stopping process for ioredis' two seconds.
    disconnectTimeout: 200,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    ...(waits ? {} : { commandTimeout: options.commandTimeoutMs ?? 1_000 }),
  });
  // Without a listener Node would end the process on the first refused connection.
  redis.on('error', (error: Error) => options.onError?.(error));
  return redis;
}
