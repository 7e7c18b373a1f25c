import { requireFitRedis, UnfitRedisError } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import type { Logger } from '@chatlane/runtime';

/** The look at Redis's settings before updates are taken. */
export interface RedisCheck {
  /** @throws UnfitRedisError when updates that are acknowledged would be lost */
  run(): Promise<void>;
  /** False once Redis was found to be unfit. */
  readonly fit: boolean;
}

/** A Redis that is not there yet is looked at as soon as it is; found unfit then, the process is not ready. */
export function createRedisCheck(redis: Redis, logger: Pick<Logger, 'warn' | 'error'>): RedisCheck {
  let fit = true;

  async function check(): Promise<void> {
    try {
      await requireFitRedis(redis, ({ node, problem, remedy }) =>
        logger.warn({ node, remedy }, `Redis ${problem}`),
      );
    } catch (error) {
      fit = !(error instanceof UnfitRedisError);
      if (!fit) throw error;
      logger.warn({ err: error }, 'the settings of Redis could not be looked at');
    }
  }

  return {
    async run() {
      if (redis.status === 'ready') return check();
      redis.once('ready', () => {
        check().catch((err: unknown) => logger.error({ err }, 'Redis must be set up otherwise'));
      });
    },
    get fit() {
      return fit;
    },
  };
}
