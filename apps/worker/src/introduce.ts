import { createHash } from 'node:crypto';
import type { Redis } from '@chatlane/redis';
import { sleep, type Logger } from '@chatlane/runtime';
import { CallError, type TelegramRoad } from '@chatlane/telegram';
import type { BotCommand, UserFromGetMe } from 'telegraf/types';

export interface IntroduceOptions {
  road: Pick<TelegramRoad, 'telegram'>;
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  /** For the menu of Telegram's apps; undefined: the bot keeps those it has. */
  commands: readonly BotCommand[] | undefined;
  logger: Pick<Logger, 'warn'>;
  signal: AbortSignal;
}

/**
 * Asks Telegram who the bot is, and tells it the bot's commands, once for the whole deployment: the worker
 * that sees a new list first announces it. Waits for a Telegram that cannot be reached.
 *
 * @throws Error when Telegram refuses BOT_TOKEN
 */
export async function introduce(options: IntroduceOptions): Promise<UserFromGetMe> {
  const { road, redis, name, commands } = options;
  const me = await untilReached(options, () => road.telegram.getMe());
  if (!commands) return me;
  const list = createHash('sha256')
    .update(JSON.stringify([me.id, commands]))
    .digest('hex');
  const key = `{${name}}:commands`;
  if ((await redis.get(key)) !== list) {
    await untilReached(options, () => road.telegram.setMyCommands(commands));
    await redis.set(key, list);
  }
  return me;
}

async function untilReached<T>(
  { logger, signal }: IntroduceOptions,
  call: () => Promise<T>,
): Promise<T> {
  for (let waitMs = 500; ; waitMs = Math.min(30_000, waitMs * 2)) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CallError && (error.errorCode === 401 || error.errorCode === 404)) {
        throw new Error('Telegram refuses BOT_TOKEN: use the one that @BotFather shows.', {
          cause: error,
        });
      }
      if (!(error instanceof CallError) || error.nextAction === 'never') throw error;
      logger.warn(
        { problem: error.message, waitMs },
        'Telegram (TELEGRAM_API_ROOT) does not answer',
      );
      await sleep(waitMs, signal);
    }
  }
}
