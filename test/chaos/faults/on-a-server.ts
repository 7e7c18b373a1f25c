import { Redis } from 'ioredis';

/** Runs commands on one server, over a separate connection. */
export async function onServer(
  port: number,
  run: (redis: Redis) => Promise<unknown>,
): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  try {
    await run(redis);
  } finally {
    redis.disconnect();
  }
}

/** Makes the server refuse writes for lack of memory until `during` is over. */
export async function withoutMemory(port: number, during: () => Promise<unknown>): Promise<void> {
  await onServer(port, (redis) => redis.config('SET', 'maxmemory', '1mb'));
  await during();
  await onServer(port, (redis) => redis.config('SET', 'maxmemory', '0'));
}

/** Makes the server refuse one command until `during` is over, even in scripts. Earlier writes of a script stay. */
export async function withoutCommand(
  port: number,
  command: string,
  during: () => Promise<unknown>,
): Promise<void> {
  await onServer(port, (redis) => redis.acl('SETUSER', 'default', `-${command}`));
  await during();
  await onServer(port, (redis) => redis.acl('SETUSER', 'default', '+@all'));
}
