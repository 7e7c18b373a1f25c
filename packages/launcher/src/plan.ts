import { join } from 'node:path';
import { dataRoot } from '@chatlane/processes';
import { findBot } from './find-bot.js';
import { LaunchError } from './launch-error.js';

/** The system that `chatlane dev` has to run. */
export interface Plan {
  /** Without a token `simulator`: the playground simulates Telegram. With a token, how real Telegram sends updates. */
  mode: 'simulator' | 'polling' | 'webhook';
  /** The path of the bot's module. */
  bot: string;
  workers: number;
  verbose: boolean;
  token: string;
  /** Absent in simulator mode, because the playground's address is known only once it runs. */
  apiRoot: string | undefined;
  /** 0 means any free port, and a data folder that is removed at the end. */
  playgroundPort: number;
  /** Absent for a private Redis. */
  redisUrl: string | undefined;
  publicUrl: string | undefined;
  webhookPath: string;
  webhookSecret: string | undefined;
  /** The folder for this instance's data and logs. */
  folder: string;
  /** The environment of every process. */
  env: Record<string, string>;
}

/** Options of `chatlane dev`. Numbers are texts, so that their faults are reported together with those of settings. */
export interface DevOptions {
  /** The path of the bot's module. */
  bot?: string | undefined;
  workers?: string;
  port?: string;
  verbose?: boolean;
}

// Telegram never assigns this id; the playground accepts any well-formed token.
export const simulatorToken = '1:simulated-bot-token-of-the-playground';

/** Reads the options and the environment. @throws LaunchError with all faults */
export function readPlan(options: DevOptions, environment: NodeJS.ProcessEnv): Plan {
  const faults: string[] = [];
  const env = present(environment);

  const token = env['BOT_TOKEN'];
  if (token !== undefined && !/^\d+:[A-Za-z0-9_-]{30,}$/.test(token)) {
    faults.push(
      'BOT_TOKEN: must be a bot token as @BotFather gives it, such as 123456789:AA…: digits, a colon, 30 or more of A-Z a-z 0-9 _ -',
    );
  }
  const port = options.port ?? env['PLAYGROUND_PORT'] ?? '8080';
  const portName = options.port === undefined ? 'PLAYGROUND_PORT' : '--port';
  const playgroundPort = readCount(portName, port, 0, 65_535, faults);
  const workers = readCount('--workers', options.workers ?? '1', 1, 64, faults);
  checkRedisUrl(env['REDIS_URL'], faults);
  checkUrl('PUBLIC_URL', env['PUBLIC_URL'], ['https:', 'http:'], faults);
  checkUrl('TELEGRAM_API_ROOT', env['TELEGRAM_API_ROOT'], ['https:', 'http:'], faults);
  if (env['PUBLIC_URL'] !== undefined && token === undefined) {
    faults.push(
      'PUBLIC_URL: is for a real bot; set BOT_TOKEN too, or unset it to use the playground',
    );
  }
  const bot = findBot(options.bot ?? env['BOT_MODULE'], (fault) => faults.push(fault));
  if (faults.length > 0) throw new LaunchError(faults, 2);

  const simulator = token === undefined;
  return {
    mode: simulator ? 'simulator' : env['PUBLIC_URL'] === undefined ? 'polling' : 'webhook',
    bot,
    workers,
    verbose: options.verbose ?? false,
    token: token ?? simulatorToken,
    apiRoot: simulator ? undefined : (env['TELEGRAM_API_ROOT'] ?? 'https://api.telegram.org'),
    playgroundPort,
    redisUrl: env['REDIS_URL'],
    publicUrl: env['PUBLIC_URL'],
    webhookPath: env['WEBHOOK_PATH'] ?? '/telegram/webhook',
    webhookSecret: env['WEBHOOK_SECRET'],
    folder: folderOf(token, playgroundPort),
    env: {
      INGRESS_PORT: simulator ? '0' : '3000',
      ...env,
      BOT_MODULE: bot,
      ...(simulator && env['REDIS_URL'] && { CHATLANE_NAME: simulatorName(env['CHATLANE_NAME']) }),
    },
  };
}

/** The simulator's bot gets its own deployment name on a Redis that may also serve a real bot. */
function simulatorName(name = 'chatlane'): string {
  const suffix = '-simulator';
  return `${name.slice(0, 64 - suffix.length)}${suffix}`;
}

/** Removes empty settings, which count as absent everywhere. */
export function present(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => !!entry[1]));
}

function readCount(name: string, text: string, min: number, max: number, faults: string[]): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  faults.push(`${name}: must be a whole number from ${min} to ${max}, not "${text}"`);
  return min;
}

/** The fault does not contain the value, because an address may contain a password. */
function checkUrl(name: string, text: string | undefined, schemes: string[], faults: string[]) {
  if (text === undefined) return;
  if (URL.canParse(text) && schemes.includes(new URL(text).protocol)) return;
  faults.push(`${name}: must be a URL beginning with ${schemes.map((s) => `${s}//`).join(' or ')}`);
}

/** Checks only the scheme; the apps report other faults. */
function checkRedisUrl(text: string | undefined, faults: string[]): void {
  if (text === undefined || /^(rediss?|redis\+sentinel):\/\//.test(text)) return;
  faults.push('REDIS_URL: must be a URL beginning with redis://, rediss:// or redis+sentinel://');
}

function folderOf(token: string | undefined, playgroundPort: number): string {
  if (token !== undefined) return join(dataRoot, `bot-${token.split(':')[0]}`);
  return playgroundPort === 8080 ? dataRoot : join(dataRoot, `port-${playgroundPort}`);
}
