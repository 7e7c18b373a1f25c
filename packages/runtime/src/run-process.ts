import { collectDefaultMetrics, Registry } from 'prom-client';
import { ConfigError, type ConfigFault } from './config.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { createLogger, type Logger } from './logger.js';
import { leave, watchProcessEnd } from './process-end.js';
import { createRedactor } from './redaction.js';

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
  isHarmless?(reason: unknown): boolean;
}

/** What a process does, apart from its environment. */
export interface Role<C extends ProcessConfig> {
  /** The name in logs and in the ready message. */
  name: string;
  /** A pure function of the environment. @throws {ConfigError} */
  config(env: Env): C;
  /** Builds the service, adding its parts to the lifecycle in start order. */
  create(config: C, context: ServiceContext): Service | Promise<Service>;
}

/** The definition of a process. */
export interface ProcessOptions<C extends ProcessConfig> extends Role<C> {
  /** The environment, which only `main.ts` reads. */
  env: Env;
}

/** Options of `runTogether`. */
export interface TogetherOptions {
  /** The name in logs of the process as a whole. */
  name: string;
  /** Invalid settings that the caller has found; they are reported together with those of the roles. */
  faults?: readonly ConfigFault[];
  /** Called once all roles run. When it rejects, the process stops in order and exits 1. */
  onReady?: (logger: Logger) => Promise<void>;
}

/**
 * Everything that a main.ts does. Resolves when the service is running, or failed to start.
 *
 * - Invalid settings: all of them on standard error, exit code 2. A failed start is unwound, exit code 1.
 * - Ready: `{ chatlane: 'ready', ports }` is sent to the parent process if there is an IPC channel.
 * - SIGTERM, SIGINT, or the parent closing the channel: stops in order, exit code 0, or 1 when the stop was not clean.
 *   A second signal exits 1 immediately.
 * - An uncaught exception or unhandled rejection is logged, then the process stops in order with exit code 1. Harmless
 *   rejections are logged by the service. `fail` of the context stops the process in the same way, without logging.
 *
 * @example
 * await runProcess({ name: 'ingress', env: process.env, config: readIngressConfig, create: createIngress });
 */
export async function runProcess<C extends ProcessConfig>(
  options: ProcessOptions<C>,
): Promise<void> {
  await runTogether([options], { name: options.name });
}

/**
 * Runs several roles in this process, each with its own logger, registry and ops server. They start in the given order,
 * stop together, and share one exit code, like the one role of `runProcess`.
 */
export async function runTogether(
  roles: readonly ProcessOptions<ProcessConfig>[],
  { name, faults = [], onReady }: TogetherOptions,
): Promise<void> {
  const { configs, invalid } = readConfigs(roles, faults);
  if (invalid) return leave(report(name, invalid));
  const secrets = configs.flatMap((config) => config.secrets);
  const members = roles.map((role, index) => {
    const { logLevel: level, shutdownDeadlineMs: deadlineMs } = configs[index]!;
    const logger = createLogger({ name: role.name, level, secrets });
    const lifecycle = createLifecycle({ logger, deadlineMs });
    return { role, config: configs[index]!, logger, lifecycle };
  });
  const logger =
    members.length === 1
      ? members[0]!.logger
      : createLogger({ name, level: configs[0]!.logLevel, secrets });
  const ending = watchProcessEnd(
    logger,
    members.map(({ lifecycle }) => lifecycle),
  );
  const fail = (): void => void ending.begin(1);
  try {
    const services: Service[] = [];
    for (const { role, config, ...context } of members) {
      const registry = new Registry();
      collectDefaultMetrics({ register: registry });
      const service = await role.create(config, { ...context, registry, fail });
      ending.ignoreHarmless((reason) => service.isHarmless?.(reason) ?? false);
      services.push(service);
    }
    for (const { lifecycle } of members) await lifecycle.start();
    const ports = Object.assign({}, ...services.map((service) => service.ports())) as ServicePorts;
    await onReady?.(logger);
    logger.info({ ports }, 'ready');
    if (process.connected) process.send?.({ chatlane: 'ready', ports }, () => undefined);
  } catch (error) {
    if (ending.begun) return;
    logger.fatal({ err: error }, 'could not start');
    await ending.begin(report(name, error, createRedactor(secrets)));
  }
}

/** Reads the settings of all roles, so that all faults are reported at once, one for each setting. */
function readConfigs(
  roles: readonly ProcessOptions<ProcessConfig>[],
  found: readonly ConfigFault[],
): { configs: ProcessConfig[]; invalid: ConfigError | undefined } {
  const configs: ProcessConfig[] = [];
  const faults = new Map(found.map((fault) => [fault.setting, fault]));
  for (const role of roles) {
    try {
      configs.push(role.config(role.env));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const fault of error.faults) {
        if (!faults.has(fault.setting)) faults.set(fault.setting, fault);
      }
    }
  }
  return { configs, invalid: faults.size > 0 ? new ConfigError([...faults.values()]) : undefined };
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
