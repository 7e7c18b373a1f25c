import { collectDefaultMetrics, Registry } from 'prom-client';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { createLogger, type Logger } from './logger.js';

/** What every process' configuration has. */
export interface ProcessConfig {
  logLevel: string;
  shutdownDeadlineMs: number;
  /** Hidden in the logs wherever they turn up: the bot token, the webhook secret, a password. */
  secrets: readonly string[];
}

/** What a service is built with. */
export interface ServiceContext {
  logger: Logger;
  /** Parts are added in start order; runProcess starts and stops them. */
  lifecycle: Lifecycle;
  /** The process' own registry, with Node's default metrics in it. */
  registry: Registry;
}

/** Read after the start; sent to the parent process in the ready message. */
export interface ServicePorts {
  http?: number | undefined;
  ops?: number | undefined;
}

/** What `create` gives back. */
export interface Service {
  ports(): ServicePorts;
}

export interface ProcessOptions<C extends ProcessConfig> {
  name: string;
  env: Readonly<Record<string, string | undefined>>;
  config: (env: Readonly<Record<string, string | undefined>>) => C;
  create: (config: C, context: ServiceContext) => Service | Promise<Service>;
}

/** All that a main.ts does. */
export async function runProcess<C extends ProcessConfig>(
  options: ProcessOptions<C>,
): Promise<void> {
  const config = options.config(options.env);
  const logger = createLogger({
    name: options.name,
    level: config.logLevel,
    secrets: config.secrets,
  });
  const lifecycle = createLifecycle({ logger, deadlineMs: config.shutdownDeadlineMs });
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const service = await options.create(config, { logger, lifecycle, registry });
  await lifecycle.start();
  const ports = service.ports();
  logger.info({ ports }, 'ready');
  process.send?.({ chatlane: 'ready', ports });
  process.once('SIGTERM', () => void lifecycle.stop().then(() => process.exit(0)));
  process.once('SIGINT', () => void lifecycle.stop().then(() => process.exit(0)));
}
