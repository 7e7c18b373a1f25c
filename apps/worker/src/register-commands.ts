import type { Redis } from '@chatlane/redis';
import { sleep, type Logger } from '@chatlane/runtime';
import { CallError, type TelegramClient } from '@chatlane/telegram';
import type { UserFromGetMe } from 'telegraf/types';
import type { CommandList } from './load-bot.js';

export interface RegisterCommandsOptions {
  client: Pick<TelegramClient, 'telegram'>;
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  /** For the menu of Telegram's apps; undefined: the bot keeps those it has. */
  commands: readonly CommandList[] | undefined;
  logger: Pick<Logger, 'warn'>;
  signal: AbortSignal;
}

/**
 * Asks Telegram who the bot is, and tells it the bot's commands, once for the whole deployment: the worker
 * that sees a new list first announces it. Waits for a Telegram that cannot be reached.
 *
 * @throws Error when Telegram refuses BOT_TOKEN
 */
export async function registerCommands(options: RegisterCommandsOptions): Promise<UserFromGetMe> {
  const { client, redis, name, commands } = options;
  const me = await untilReached(options, () => client.telegram.getMe());
  if (!commands) return me;
  const key = `{${name}}:commands`;
  const announced = JSON.stringify([me.id, commands]);
  const before = await redis.get(key);
  if (before === announced) return me;
  const places = new Set(commands.map(placeOf));
  for (const list of listsIn(before)) {
    if (places.has(placeOf(list))) continue;
    // What another bot, or an earlier one, has left there would hide this one's.
    await untilReached(options, () => client.telegram.deleteMyCommands(placed(list)));
  }
  for (const list of commands) {
    await untilReached(options, () => client.telegram.setMyCommands(list.commands, placed(list)));
  }
  await redis.set(key, announced);
  return me;
}

/** What is told for one scope in one language replaces what was told before. */
function placeOf({ scope = { type: 'default' }, language_code = '' }: Place): string {
  return JSON.stringify([scope, language_code]);
}

type Place = Pick<CommandList, 'scope' | 'language_code'>;

function placed({ scope, language_code }: Place): Place {
  return { ...(scope && { scope }), ...(language_code && { language_code }) };
}

/** The lists told last; what earlier versions stored was a hash, of one list for the default scope. */
function listsIn(stored: string | null): readonly Place[] {
  if (stored === null) return [];
  if (!stored.startsWith('[')) return [{}];
  const [, lists] = JSON.parse(stored) as [number, Place[]];
  return lists;
}

async function untilReached<T>(
  { logger, signal }: RegisterCommandsOptions,
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
