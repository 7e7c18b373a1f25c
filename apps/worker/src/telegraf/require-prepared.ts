import type { Logger } from '@chatlane/runtime';
import type { TelegrafHost } from './host.js';

/** Options of `requirePreparedTelegraf`. */
export interface PreparedTelegrafOptions {
  telegraf: Pick<TelegrafHost, 'copyOf' | 'tooOld'>;
  /** UNKNOWN_TELEGRAF. */
  whenUnknown: 'refuse' | 'run';
  logger: Pick<Logger, 'warn'>;
}

/**
 * Requires that the bot's copy of Telegraf was prepared. With any other copy, `session()` keeps sessions in the memory
 * of one process, and `bot.telegram` and `launch()` bypass the worker.
 *
 * @throws Error that says why the copy is unknown, unless such bots are to be run
 */
export function requirePreparedTelegraf(bot: object, options: PreparedTelegrafOptions): void {
  const { telegraf, whenUnknown, logger } = options;
  if (telegraf.copyOf(bot) !== undefined) return;
  const [version] = telegraf.tooOld;
  const why =
    version === undefined
      ? 'is not a package that the worker can find: it may be bundled into the file. Leave telegraf out of the bundle'
      : `is version ${version}. Update it to 4.11 or newer`;
  const problem =
    `BOT_MODULE: the bot's copy of Telegraf ${why}. Otherwise sessions stay in the memory of one worker, ` +
    `and bot.telegram and launch() bypass Chatlane`;
  if (whenUnknown === 'refuse') {
    throw new Error(`${problem}. UNKNOWN_TELEGRAF=run runs the bot nevertheless.`);
  }
  logger.warn(problem);
}
