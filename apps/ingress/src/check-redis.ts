import { requireFitRedis, UnfitRedisError, type Redis } from '@chatlane/redis';
import type { Logger } from '@chatlane/runtime';

/** Checks Redis's settings before updates are accepted. */
export interface RedisCheck {
  /** Rejects with UnfitRedisError when acknowledged updates could be lost. */
  run(): Promise<void>;
  /** False once Redis was found unfit. */
  readonly fit: boolean;
}

/** If Redis is not connected yet, it is checked as soon as it is. If it is unfit then, the process is not ready. */
export function createRedisCheck(redis: Redis, logger: Pick<Logger, 'warn' | 'error'>): RedisCheck {
  let fit = true;

  async function check(): Promise<void> {
    try {
      await requireFitRedis(redis, (details, sentence) => logger.warn(details, sentence));
    } catch (error) {
      fit = !(error instanceof UnfitRedisError);
      if (!fit) throw error;
      logger.warn({ err: error }, 'the settings of Redis could not be checked');
    }
  }

  return {
    async run() {
      if (redis.status === 'ready') return check();
      redis.once('ready', () => {
        check().catch((err: unknown) =>
          logger.error({ err }, 'Redis must be configured differently'),
        );
      });
    },
    get fit() {
      return fit;
    },
  };
}
