import { createLifecycle, createLogger } from '@chatlane/runtime';
import { Registry } from 'prom-client';
import { readIngressConfig } from './config.js';
import { createIngress } from './service.js';

export const botToken = `123456789:${'A'.repeat(35)}`;
export const webhookSecret = 'hush-hush';

/** A complete ingress inside the test's process. */
export interface TestIngress {
  /** Posts to the webhook, with the correct secret by default. */
  post(body: unknown, secret?: string): Promise<Response>;
  /** The port of the public server. Undefined when there is none. */
  port: number | undefined;
  /** Sends a GET request to the ops server. */
  ops(path: string): Promise<Response>;
  /** All lines logged so far. */
  logs: string[];
  stop(): Promise<boolean>;
}

/** Starts an ingress as main.ts would, on free ports. */
export async function startIngress(env: Record<string, string>): Promise<TestIngress> {
  const config = readIngressConfig({
    BOT_TOKEN: botToken,
    WEBHOOK_SECRET: webhookSecret,
    INGRESS_PORT: '0',
    OPS_PORT: '0',
    LOG_LEVEL: 'debug',
    ...env,
  });
  const logs: string[] = [];
  const destination = { write: (line: string) => void logs.push(line) };
  const { logLevel: level, shutdownDeadlineMs: deadlineMs, secrets } = config;
  const logger = createLogger({ name: 'ingress', level, secrets, destination });
  const lifecycle = createLifecycle({ logger, deadlineMs });
  const registry = new Registry();
  const service = createIngress(config, { logger, lifecycle, registry, fail: () => undefined });
  await lifecycle.start();
  const { http, ops } = service.ports();
  return {
    port: http,
    post: (body, secret = webhookSecret) =>
      fetch(`http://127.0.0.1:${http}/telegram/webhook`, {
        method: 'POST',
        headers: { 'X-Telegram-Bot-Api-Secret-Token': secret },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    ops: (path) => fetch(`http://127.0.0.1:${ops}${path}`),
    logs,
    stop: () => lifecycle.stop(),
  };
}
