import type { Redis } from '@chatlane/redis';
import { sleep, type Logger } from '@chatlane/runtime';
import { CallError, type TelegramClient } from '@chatlane/telegram';
import type { UserFromGetMe } from 'telegraf/types';
import type { CommandList } from './load-bot.js';

/** Options of `registerCommands`. */
export interface RegisterCommandsOptions {
  client: Pick<TelegramClient, 'telegram'>;
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  /** The commands for the menu in Telegram's apps; undefined to leave the registered ones unchanged. */
  commands: readonly CommandList[] | undefined;
  logger: Pick<Logger, 'warn'>;
  signal: AbortSignal;
}

/**
 * Calls getMe and registers the bot's commands, once for the whole deployment: the first worker that has a changed list
 * does it. Retries while Telegram is unreachable.
 *
 * @returns the bot's user
 * @throws Error when Telegram rejects BOT_TOKEN
 */
export async function registerCommands(options: RegisterCommandsOptions): Promise<UserFromGetMe> {
  const { client, redis, name, commands } = options;
  const me = await untilReached(options, () => client.telegram.getMe());
  if (!commands) return me;
  const key = `{${name}}:commands`;
  const wanted = JSON.stringify([me.id, commands]);
  const registered = await redis.get(key);
  if (registered === wanted) return me;
  const targets = new Set(commands.map(targetKey));
  for (const list of targetsIn(registered)) {
    if (targets.has(targetKey(list))) continue;
    // A list that remains for a narrower scope would hide the new commands.
    await untilReached(options, () => client.telegram.deleteMyCommands(targetOf(list)));
  }
  for (const list of commands) {
    await untilReached(options, () => client.telegram.setMyCommands(list.commands, targetOf(list)));
  }
  await redis.set(key, wanted);
  return me;
}

/** Identifies the list that a registration replaces: Telegram stores one for each scope and language. */
function targetKey({ scope = { type: 'default' }, language_code = '' }: CommandTarget): string {
  return JSON.stringify([scope, language_code]);
}

type CommandTarget = Pick<CommandList, 'scope' | 'language_code'>;

function targetOf({ scope, language_code }: CommandTarget): CommandTarget {
  return { ...(scope && { scope }), ...(language_code && { language_code }) };
}

/** The targets registered last. Earlier versions stored a hash, and registered only the default scope. */
function targetsIn(stored: string | null): readonly CommandTarget[] {
  if (stored === null) return [];
  if (!stored.startsWith('[')) return [{}];
  const [, lists] = JSON.parse(stored) as [number, CommandTarget[]];
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
        'Telegram (TELEGRAM_API_ROOT) does not respond',
      );
      await sleep(waitMs, signal);
    }
  }
}
