import { collectDefaultMetrics, Registry } from 'prom-client';
import { ConfigError } from './config.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { createLogger, type Logger } from './logger.js';
import { createRedactor } from './redaction.js';

const lingerMs = 1_000;

type Env = Readonly<Record<string, string | undefined>>;

/** The configuration that every process has. */
export interface ProcessConfig {
  /** LOG_LEVEL. */
  logLevel: string;
  /** SHUTDOWN_DEADLINE_MS. */
  shutdownDeadlineMs: number;
  /** Redacted in the logs wherever they occur: the bot token, the webhook secret, passwords. */
  secrets: readonly string[];
}

/** What a service is created with. */
export interface ServiceContext {
  /** The process's logger. */
  logger: Logger;
  /** Add parts in start order; runProcess starts and stops them. */
  lifecycle: Lifecycle;
  /** The process's own registry, with Node's default metrics. */
  registry: Registry;
  /**
   * Stops in order and exits 1, so that the process is restarted: for faults with no other cure. Log the fault first.
   */
  fail: () => void;
}

/** The ports that a service listens on, sent to the parent in the ready message. */
export interface ServicePorts {
  /** The port for requests from outside. */
  http?: number | undefined;
  /** The port of the ops server. */
  ops?: number | undefined;
}

/** The result of `create`. */
export interface Service {
  /** Called after the start. */
  ports(): ServicePorts;
  /** Called for an unhandled rejection: true when it is known to be harmless, and the process keeps running. */
  forgives?(reason: unknown): boolean;
}

/** The definition of a process. */
export interface ProcessOptions<C extends ProcessConfig> {
  /** The process's name in logs and in the ready message. */
  name: string;
  /** The environment, which only `main.ts` reads. */
  env: Env;
  /** A pure function of the environment. @throws {ConfigError} */
  config: (env: Env) => C;
  /** Builds the service, adding its parts to the lifecycle in start order. */
  create: (config: C, context: ServiceContext) => Service | Promise<Service>;
}

/**
 * Everything that a main.ts does. Resolves when the service is running, or failed to start.
 *
 * - Invalid settings: all of them on standard error, exit code 2. A failed start is unwound, exit code 1.
 * - Ready: `{ chatlane: 'ready', ports }` is sent to the parent process if there is an IPC channel.
 * - SIGTERM, SIGINT, or the parent closing the channel: stops in order, exit code 0, or 1 when the stop was not clean.
 *   A second signal exits 1 immediately.
 * - An uncaught exception or unhandled rejection is logged, then it stops in order with exit code 1. The service logs
 *   the rejections it forgives. `fail` of the context does the same without logging.
 *
 * @example
 * await runProcess({ name: 'ingress', env: process.env, config: readIngressConfig, create: createIngress });
 */
export async function runProcess<C extends ProcessConfig>(
  options: ProcessOptions<C>,
): Promise<void> {
  const { name, env } = options;
  let config: C;
  try {
    config = options.config(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return leave(report(name, error));
  }
  const { logLevel: level, shutdownDeadlineMs: deadlineMs, secrets } = config;
  const logger = createLogger({ name, level, secrets });
  const lifecycle = createLifecycle({ logger, deadlineMs });
  const ending = watch(logger, lifecycle);
  try {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const fail = (): void => void ending.begin(1);
    const service = await options.create(config, { logger, lifecycle, registry, fail });
    ending.forgive((reason) => service.forgives?.(reason) ?? false);
    await lifecycle.start();
    const ports = service.ports();
    logger.info({ ports }, 'ready');
    if (process.connected) process.send?.({ chatlane: 'ready', ports }, () => undefined);
  } catch (error) {
    if (ending.begun) return;
    logger.fatal({ err: error }, 'could not start');
    await ending.begin(report(name, error, createRedactor(secrets)));
  }
}

/** Ends the process once, on the first event that requires it. */
function watch(logger: Logger, lifecycle: Lifecycle) {
  let begun = false;
  let code = 0;
  let signals = 0;
  let forgives: (reason: unknown) => boolean = () => false;

  async function begin(wanted: number): Promise<void> {
    code = Math.max(code, wanted);
    if (begun) return;
    begun = true;
    const clean = await lifecycle.stop();
    logger.info({ clean }, 'stopped');
    leave(clean ? code : Math.max(code, 1), () =>
      logger.warn({ open: process.getActiveResourcesInfo() }, 'resources were left open'),
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      logger.info({ signal }, signals > 1 ? 'exiting immediately' : 'stopping');
      if (signals > 1) process.exit(1);
      void begin(0);
    });
  }
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception');
    void begin(1);
  });
  process.on('unhandledRejection', (reason) => {
    if (forgives(reason)) return;
    logger.fatal({ err: reason }, 'unhandled rejection');
    void begin(1);
  });
  process.on('disconnect', () => void begin(0));

  return {
    begin,
    forgive(which: (reason: unknown) => boolean) {
      forgives = which;
    },
    get begun() {
      return begun;
    },
  };
}

/** Lets the event loop drain, so that output is written; resources left open do not keep the process alive. */
function leave(code: number, onLinger?: () => void): void {
  process.exitCode = code;
  if (process.connected) process.disconnect();
  setTimeout(() => {
    onLinger?.();
    process.exit();
  }, lingerMs).unref();
}

/** Reports an error on the terminal, and returns the exit code. */
function report(name: string, error: unknown, redact = createRedactor()): number {
  if (error instanceof ConfigError) {
    const faults = error.faults.map(({ setting, problem }) => `  ${setting}: ${problem}\n`);
    process.stderr.write(`${name} cannot start, its settings are invalid:\n${faults.join('')}`);
    return 2;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${name} could not start: ${redact(message)}\n`);
  return 1;
}
