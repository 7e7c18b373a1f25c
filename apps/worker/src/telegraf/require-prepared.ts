import type { Logger } from '@chatlane/runtime';
import type { TelegrafHost } from './host.js';

/** Options of `requirePreparedTelegraf`. */
export interface PreparedTelegrafOptions {
  telegraf: Pick<TelegrafHost, 'copyOf' | 'tooOld' | 'foreignSessions'>;
  /** UNKNOWN_TELEGRAF. */
  whenUnknown: 'refuse' | 'run';
  logger: Pick<Logger, 'warn'>;
}

/**
 * Requires that the bot's copy of Telegraf, and that of its `session()`, were prepared. With any other copy, `session()`
 * stores sessions in the memory of one process, and `bot.telegram` and `launch()` bypass the worker.
 *
 * @throws Error that says why the copy is unknown, unless such bots are to be run
 */
export function requirePreparedTelegraf(bot: object, options: PreparedTelegrafOptions): void {
  const { telegraf, whenUnknown, logger } = options;
  const isKnown = telegraf.copyOf(bot) !== undefined;
  if (isKnown && !telegraf.foreignSessions.isUsed) return;
  const [version] = telegraf.tooOld;
  const whose = isKnown
    ? 'the copy of Telegraf whose session() the bot uses'
    : "the bot's copy of Telegraf";
  const why =
    version === undefined
      ? 'is not a package that the worker can find: it may be bundled into a file. Leave telegraf out of the bundle'
      : `is version ${version}. Update it to 4.11 or newer`;
  const otherwise = isKnown ? '' : ', and bot.telegram and launch() bypass Chatlane';
  const problem = `BOT_MODULE: ${whose} ${why}. Otherwise sessions stay in the memory of one worker${otherwise}`;
  if (whenUnknown === 'refuse') {
    throw new Error(`${problem}. UNKNOWN_TELEGRAF=run runs the bot anyway.`);
  }
  logger.warn(problem);
}
