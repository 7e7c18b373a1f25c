/*
 * Schedules are BullMQ's job schedulers, one for each name in the whole deployment, however many workers run. The bot's
 * code declares them, so during a deploy two versions of it may declare different ones. Every worker repeats its
 * declaration every ten seconds. Those that were declared last are in force, and only workers that declare these change
 * the schedulers, so that the two versions never undo each other's changes (declare-schedules.lua).
 */
import { createHash } from 'node:crypto';
import { defineScript, type Redis } from '@chatlane/redis';
import { getNextMillis } from 'bullmq';
import { deploymentKeys } from '../keys.js';
import { openLaterQueue, SCHEDULE_JOB } from '../later/later-queue.js';
import type { LaneObserver } from '../observer.js';

/** A schedule that a bot's code declares. */
export interface ScheduleDeclaration {
  /** 1 to 64 letters, digits, `_` and `-`. Names its lane, `s:<name>`. */
  name: string;
  /** Five fields, or six that begin with seconds. */
  cron: string;
  /** A name such as `Europe/Berlin`. */
  timeZone: string;
}

/** Keeps the schedules of a worker's bot in force. */
export interface Schedules {
  /** Declares them. */
  start(): Promise<void>;
  /** Whether a running worker declares a schedule of this name. */
  isDeclared(name: string): Promise<boolean>;
  /** The schedules stay in force: other workers, or this one after a restart, run them. */
  stop(): Promise<void>;
}

/** Options of a worker's schedules. */
export interface SchedulesOptions {
  /** What the bot declares. */
  declared: readonly ScheduleDeclaration[];
  /** Callbacks for metrics and logs. Default: none. */
  observer?: Pick<LaneObserver, 'trouble'> | undefined;
  /** Milliseconds between two declarations. Default 10,000. */
  everyMs?: number;
}

/** How many declarations in a row may be missing before a worker counts as gone. */
const MISSED = 4;

/** A run that is later than this has lost its job. */
const LOST_MS = 60_000;

const declareScript = defineScript(
  new URL('../../lua/declare-schedules.lua', import.meta.url),
  (reply) => {
    const [inForce, declared] = reply as [number, Buffer[]];
    return {
      isInForce: inForce === 1,
      declared: declared.flatMap((json) => JSON.parse(json.toString()) as ScheduleDeclaration[]),
    };
  },
);

/** @throws RangeError naming a schedule that is not valid, or a name that two schedules have */
export function createSchedules(redis: Redis, name: string, options: SchedulesOptions): Schedules {
  const { observer, everyMs = 10_000 } = options;
  const declared = options.declared.map(({ name, cron, timeZone }) => ({ name, cron, timeZone }));
  declared.sort((a, b) => (a.name < b.name ? -1 : 1));
  requireValid(declared);
  const json = JSON.stringify(declared);
  const id = createHash('sha256').update(json).digest('base64url');
  const { schedules } = deploymentKeys(name);
  const queue = openLaterQueue(redis, name);
  let timer: NodeJS.Timeout | undefined;
  let declaring: Promise<void> | undefined;

  async function declare(): Promise<void> {
    const args = [id, json, MISSED * everyMs];
    const { isInForce } = await declareScript.run(redis, [schedules], args);
    if (isInForce) await enforce();
  }

  /** Only what differs is changed: replacing a scheduler whose run is due would lose that run. */
  async function enforce(): Promise<void> {
    const existing = await queue.getJobSchedulers();
    const wanted = new Set(declared.map((each) => each.name));
    for (const { key } of existing) {
      if (!wanted.has(key)) await queue.removeJobScheduler(key);
    }
    for (const { name, cron, timeZone } of declared) {
      const found = existing.find(({ key }) => key === name);
      const isSame = found?.pattern === cron && found.tz === timeZone;
      if (isSame && !(await hasLostItsRun(name, found.next))) continue;
      const template = { name: SCHEDULE_JOB, data: { schedule: name } };
      await queue.upsertJobScheduler(name, { pattern: cron, tz: timeZone }, template);
    }
  }

  async function hasLostItsRun(name: string, next = Infinity): Promise<boolean> {
    if (next > Date.now() - LOST_MS) return false;
    return (await queue.getJob(`repeat:${name}:${next}`)) === undefined;
  }

  function repeat(): void {
    declaring ??= declare()
      .catch((error: unknown) => observer?.trouble?.('schedules', error))
      .finally(() => (declaring = undefined));
  }

  return {
    async start() {
      await declare();
      timer = setInterval(repeat, everyMs);
    },
    async isDeclared(schedule) {
      const read = await declareScript.run(redis, [schedules], ['', '', 0]);
      return read.declared.some((each) => each.name === schedule);
    },
    async stop() {
      clearInterval(timer);
      await declaring;
      await queue.close();
    },
  };
}

function requireValid(declared: readonly ScheduleDeclaration[]): void {
  const names = new Set<string>();
  for (const { name, cron, timeZone } of declared) {
    if (!/^[\w-]{1,64}$/.test(name)) {
      throw new RangeError(`The name of a schedule must be 1 to 64 letters, digits, _ and -.`);
    }
    if (names.has(name)) throw new RangeError(`Two schedules have the name ${name}.`);
    names.add(name);
    let next: number | undefined;
    let cause: unknown;
    try {
      const isComplete = cron.startsWith('@') || cron.trim().split(/\s+/).length >= 5;
      next = isComplete ? getNextMillis(Date.now(), { pattern: cron, tz: timeZone }) : undefined;
    } catch (error) {
      cause = error;
    }
    if (next !== undefined && Number.isFinite(next)) continue;
    throw new RangeError(
      `The schedule ${name} never runs: '${cron}' must be five cron fields, such as '0 9 * * *', in a time zone such as 'Europe/Berlin', not '${timeZone}'.`,
      { cause },
    );
  }
}
