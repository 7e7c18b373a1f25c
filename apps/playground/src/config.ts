import { processSettings, readConfig, setting } from '@chatlane/runtime';
import { simulatorToken } from '@chatlane/simulator';
import { z } from 'zod';

const schema = z.object({
  ...processSettings,
  BOT_TOKEN: setting.token().optional(),
  PLAYGROUND_PORT: setting.port(8080),
  PLAYGROUND_TIME_SCALE: setting.number(1, { min: 0.1, max: 100_000 }),
  PLAYGROUND_RATE_LIMITS: setting.oneOf(['on', 'off'], 'on'),
  PLAYGROUND_SEED: setting.count(1, { min: 0 }),
  PLAYGROUND_RANGES: setting.oneOf(['on', 'off'], 'off'),
  PLAYGROUND_LOCAL_FOLDER: setting.text().optional(),
});

/** The playground's settings; its README describes each one. */
export interface Config {
  logLevel: string;
  shutdownDeadlineMs: number;
  secrets: readonly string[];
  token: string;
  port: number;
  timeScale: number;
  rateLimits: boolean;
  seed: number;
  ranges: boolean;
  localFolder: string | undefined;
}

/** Reads the settings from the environment. @throws ConfigError that names every invalid setting */
export function playgroundConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = readConfig(schema, env);
  const token = read.BOT_TOKEN ?? simulatorToken;
  return {
    logLevel: read.LOG_LEVEL,
    shutdownDeadlineMs: read.SHUTDOWN_DEADLINE_MS,
    secrets: [token],
    token,
    port: read.PLAYGROUND_PORT,
    timeScale: read.PLAYGROUND_TIME_SCALE,
    rateLimits: read.PLAYGROUND_RATE_LIMITS === 'on',
    seed: read.PLAYGROUND_SEED,
    ranges: read.PLAYGROUND_RANGES === 'on',
    localFolder: read.PLAYGROUND_LOCAL_FOLDER,
  };
}
