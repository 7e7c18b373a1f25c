import {
  hasFreeMemory,
  serverTime,
  whyNoWrites,
  type Redis,
  type SteadyWorker,
} from '@chatlane/redis';
import type { Registry } from 'prom-client';
import { createIntake, type Intake, type IntakeOptions } from '../intake/intake.js';
import { deploymentKeys } from '../keys.js';
import { createLaterQueue, type LaterQueue, type LaterQueueOptions } from '../later/later-queue.js';
import { createLaterReader, type LaterReaderOptions } from '../later/later-reader.js';
import { createSchedules, type Schedules, type SchedulesOptions } from '../schedules/schedules.js';
import { observeLanes, observeRedis } from '../metrics.js';
import type { LaneObserver } from '../observer.js';
import { createOperator, type ClosableOperator, type Operator } from '../operator/operator.js';
import {
  readLaneStats,
  readThroughput,
  type LaneStats,
  type Throughput,
} from '../operator/stats.js';
import { createPartitions } from '../partitions.js';
import {
  createLaneWorker,
  type LaneWorker,
  type LaneWorkerOptions,
} from '../worker/lane-worker.js';
import {
  adoptDeployment,
  claimDeployment,
  readClaim,
  type DeploymentClaim,
} from './deployment-claim.js';
import { upgradeDeployment, type Upgrade, type UpgradeOptions } from './upgrade.js';

/** Options of `openDeployment`. */
export interface DeploymentOptions {
  /** Workers need a `wait` connection, from which they open their blocking reads and subscriptions. */
  redis: Redis;
  /**
   * A `fail-fast` connection for what must not wait for an unavailable Redis: pushes, statistics, metrics and the probe
   * of writes. Default: `redis`.
   */
  fast?: Redis;
  /** The prefix of all keys of the deployment. */
  name: string;
}

/** The lanes of one bot in one Redis, and every operation on them. It opens no connection of its own. */
export interface Deployment {
  /** The prefix of all its keys. */
  readonly name: string;
  /** The connection it was opened on. */
  readonly redis: Redis;
  /** Creates an intake, which pushes events into the lanes. The caller closes it. */
  intake(options?: IntakeOptions): Intake;
  /** Creates a worker, which takes no lanes before its `start`. The caller stops it. */
  worker(options: LaneWorkerOptions): LaneWorker;
  /** Opens the events that wait until they are due. The caller closes it. */
  later(options?: LaterQueueOptions): LaterQueue;
  /** Creates a reader, which pushes due events into their lanes. The caller starts and stops it. */
  laterReader(options: LaterReaderOptions): SteadyWorker;
  /**
   * Creates the part of a worker that keeps the bot's schedules in force. The caller starts and stops it.
   *
   * @throws RangeError that names the schedule that is not valid, or whose name is already taken
   */
  schedules(options: SchedulesOptions): Schedules;
  /** Inspects and changes lanes. Created on first use, and closed by `close`. */
  readonly operator: Operator;

  /**
   * Makes sure that the caller may work on the deployment. Every process must call this before it touches lanes: the
   * first one sets the bot, and all others must serve the same bot.
   *
   * @param botId the part of the bot's token before the colon. Undefined: the caller serves any bot
   * @throws DeploymentRefused when the deployment belongs to another bot, or its data was written by version 0.1.0 and
   *   is not upgraded yet
   */
  claim(botId?: string): Promise<void>;
  /** Reads what is stored about the deployment as a whole, without claiming it. */
  readClaim(): Promise<DeploymentClaim>;
  /**
   * Assigns the stopped deployment to another bot. Sessions, waiting updates and dead letters stay; the marks of seen
   * update_ids are deleted, because two bots may get the same ids. Safe to repeat.
   *
   * @param botId numeric id of the bot that takes over
   * @returns `from` is undefined when the deployment belonged to no bot
   * @throws DeploymentRefused when processes of the deployment are connected, or its data is being upgraded
   */
  adopt(botId: string): Promise<{ from: string | undefined; to: string }>;
  /**
   * Moves the data of the stopped deployment from the partitions of version 0.1.0 to those of this version. May be
   * interrupted at any point and run again; no process of the deployment starts until a run has finished.
   *
   * @throws DeploymentRefused when processes of the deployment are connected
   */
  upgrade(options?: UpgradeOptions): Promise<Upgrade>;

  /**
   * Stores the kinds of updates that the bot wants from Telegram. Only the workers know the bot; the processes that
   * poll for updates or register the webhook read the kinds from here.
   *
   * @param kinds as in `allowed_updates` of the Bot API; empty means Telegram's default
   */
  storeAllowedUpdates(kinds: readonly string[]): Promise<void>;
  /** Reads what the worker that started last has stored. Undefined when no worker has started yet. */
  readAllowedUpdates(): Promise<string[] | undefined>;

  /** Counts lanes and what they hold. */
  stats(): Promise<LaneStats>;
  /** Reads counters of updates pushed and events ended. */
  throughput(): Promise<Throughput>;
  /** Redis's clock in milliseconds, which all times of lanes and dead letters refer to. */
  now(): Promise<number>;
  /** Why Redis accepts no writes at the moment; undefined when it does. */
  whyNoWrites(): Promise<Error | undefined>;
  /** Whether Redis has memory for a write, such as those of a worker's start. */
  hasFreeMemory(): Promise<boolean>;
  /** Exports a worker's turns, and the states of all lanes, as metrics. Give the result to the worker. */
  observeLanes(registry: Registry): LaneObserver;
  /** Exports whether Redis accepts writes from this process, checked with a write at each scrape. */
  observeRedis(registry: Registry): void;
  /** Closes the operator. The connections stay open. */
  close(): Promise<void>;
}

/**
 * Opens a deployment on the caller's connections. Sends nothing to Redis.
 *
 * @example
 * const connections = connectBoth({ url: 'redis://localhost', name: 'chatlane-worker' });
 * const deployment = openDeployment({ ...connections, name: 'chatlane' });
 * await deployment.claim('123456789');
 * await deployment.worker(options).start();
 */
export function openDeployment({ redis, fast = redis, name }: DeploymentOptions): Deployment {
  const partitions = createPartitions(redis, name);
  const { allowedUpdates, probe } = deploymentKeys(name);
  let operator: ClosableOperator | undefined;
  const stats = () => readLaneStats(fast, partitions);
  const refusal = () => whyNoWrites(fast, probe);

  return {
    name,
    redis,
    intake: (options = {}) => createIntake(options.redis ?? fast, partitions, options),
    worker: (options) => createLaneWorker(redis, partitions, options),
    later: (options = {}) => createLaterQueue(options.redis ?? fast, name, options),
    schedules: (options) => createSchedules(redis, name, options),
    laterReader: (options) => createLaterReader(redis, name, options),
    get operator() {
      return (operator ??= createOperator(redis, partitions));
    },
    claim: (botId) => claimDeployment(redis, name, botId),
    readClaim: () => readClaim(redis, name),
    adopt: (botId) => adoptDeployment(redis, name, botId),
    upgrade: (options) => upgradeDeployment(redis, partitions, options),
    async storeAllowedUpdates(kinds) {
      await redis.set(allowedUpdates, JSON.stringify(kinds));
    },
    async readAllowedUpdates() {
      const stored = await redis.get(allowedUpdates);
      return stored === null ? undefined : (JSON.parse(stored) as string[]);
    },
    stats,
    throughput: () => readThroughput(fast),
    now: () => serverTime(redis),
    whyNoWrites: refusal,
    hasFreeMemory: () => hasFreeMemory(redis, probe),
    observeLanes: (registry) => observeLanes(registry, stats),
    observeRedis: (registry) => observeRedis(registry, refusal),
    async close() {
      await operator?.close();
    },
  };
}
