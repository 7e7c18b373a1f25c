import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { loadDotEnv } from './dot-env.js';
import type { DevOptions } from './plan.js';
import type { StartOptions } from './production.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const devHelp = `
The bot is a module that exports a Telegraf Composer. Without a path it is bot.ts, bot.js, bot.mjs, src/bot.ts
or main of package.json. Settings come from the environment and from .env. The main ones:
  BOT_TOKEN     talk to the real Telegram by long polling, without the simulator
  PUBLIC_URL    with BOT_TOKEN: receive updates by webhook at this https address
  REDIS_URL     use this Redis, cluster or Sentinels instead of a private one`;

const startHelp = `
Needs BOT_TOKEN and REDIS_URL. Updates arrive by long polling, or by webhook if PUBLIC_URL and WEBHOOK_SECRET are set.
With several roles, OPS_PORT is the port of the ingress; those of the worker and the downloader follow it.`;

/**
 * Runs the command line `chatlane`. Resolves with the exit code, or with undefined if the process goes on and sets its
 * exit code itself.
 *
 * @param options.defaultBot the bot to run when neither an argument nor BOT_MODULE names one
 */
export async function runCli(
  argv: readonly string[],
  { defaultBot }: { defaultBot?: string } = {},
): Promise<number | undefined> {
  let exitCode: number | undefined;
  const program = new Command('chatlane')
    .description('Run a Telegram bot that many people use.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(see --help)');
  program
    .command('dev')
    .description('run the bot with a simulated Telegram, and reload it when its code is saved')
    .argument('[bot]', "path of the bot's module")
    .option('--workers <number>', 'how many worker processes (default: 1)')
    .option(
      '--port <number>',
      "the simulator's port (default: PLAYGROUND_PORT, else 8080; 0 = any free one)",
    )
    .option('--verbose', 'show every log line, not only warnings and errors')
    .addHelpText('after', devHelp)
    .action(async (bot: string | undefined, options: DevOptions) => {
      const { dev } = await import('./dev.js');
      exitCode = await dev({ ...options, bot }, withDefaultBot(defaultBot));
    });
  program
    .command('start')
    .description('run the bot in production')
    .argument('[bot]', "path of the bot's module")
    .option(
      '--role <roles>',
      'ingress, worker, downloader, or several, separated by commas (default: all)',
    )
    .addHelpText('after', startHelp)
    .action(async (bot: string | undefined, options: StartOptions) => {
      const { startInProduction } = await import('./production.js');
      await startInProduction({ ...options, bot }, withDefaultBot(defaultBot));
    });
  program
    .command('ops')
    .description('inspect and operate a deployment: chatlane ops --help')
    .argument('[args...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { operate } = await import('./operate.js');
      exitCode = await operate(args, process.env);
    });
  loadDotEnv();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

function withDefaultBot(bot: string | undefined): NodeJS.ProcessEnv {
  return { ...process.env, BOT_MODULE: process.env['BOT_MODULE'] || bot };
}
