import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { AppStartError, startApp, type AppOptions } from '@chatlane/processes';
import { present, simulatorToken } from './plan.js';

/** The exit code of an app with invalid settings. */
const refused = 2;

export function isRefusal(error: unknown): boolean {
  return error instanceof AppStartError && error.end.code === refused;
}

/**
 * Adds the faults that the apps find to those of the launcher, one per setting. An app reads its settings before anything
 * else. So each app is started without access to anything, and is stopped as soon as it connects to Redis or is ready,
 * because it has then accepted its settings.
 */
export async function allFaults(
  found: readonly string[],
  env: Record<string, string | undefined>,
): Promise<string[]> {
  const harmless = {
    BOT_TOKEN: simulatorToken,
    WEBHOOK_SECRET: 'present',
    ...present(env),
    TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
    INGRESS_MODE: 'webhook',
    OPS_PORT: '0',
  };
  const apps: AppOptions['app'][] = ['playground', 'ingress', 'worker', 'downloader'];
  const theirs = await Promise.all(apps.map((app) => faultsOf(app, harmless)));
  const bySetting = new Map<string, string>();
  for (const fault of [...found, ...theirs.flat()]) {
    const setting = fault.split(':')[0]!;
    if (!bySetting.has(setting)) bySetting.set(setting, fault);
  }
  return [...bySetting.values()];
}

async function faultsOf(app: AppOptions['app'], env: Record<string, string | undefined>) {
  const accepted = new AbortController();
  const redis = createServer((socket) => {
    socket.destroy();
    accepted.abort();
  }).listen(0, '127.0.0.1');
  await once(redis, 'listening');
  const REDIS_URL = `redis://127.0.0.1:${(redis.address() as AddressInfo).port}`;
  try {
    const started = await startApp({ app, env: { ...env, REDIS_URL }, signal: accepted.signal });
    started.kill('SIGKILL');
    await started.exited;
    return [];
  } catch (error) {
    if (!isRefusal(error)) return [];
    const lines = (error as AppStartError).output.split('\n');
    return lines.map((line) => line.trim()).filter((line) => /^[A-Z][A-Z0-9_]*: /.test(line));
  } finally {
    redis.close();
  }
}
