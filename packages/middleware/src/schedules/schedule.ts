import type { TurnContext } from '../turn/turn.js';

/** The context of a scheduled run. It has no chat: `ctx.telegram` sends, and `ctx.inLane` puts events into chats. */
export interface ScheduleContext extends TurnContext {
  /** When the run was due. It starts later if no worker was free, and is the same in every attempt. */
  scheduledAt: Date;
}

/** Options of `schedule`. */
export interface ScheduleOptions {
  /** The time zone of the cron expression, such as `Europe/Berlin`. Default `UTC`. */
  timeZone?: string;
}

/** What a bot's module exports in its list `schedules`. */
export interface Schedule {
  /** Its name in the deployment. */
  readonly name: string;
  /** When it runs. */
  readonly cron: string;
  /** The time zone of `cron`. */
  readonly timeZone: string;
  /** Does the work. */
  readonly handler: (ctx: ScheduleContext) => unknown;
}

/**
 * A job of the bot that runs at certain times, once in the deployment however many workers there are. Export it in the
 * list `schedules` of the bot's module; the worker refuses to start with an expression that is not valid.
 *
 * Each run is an event in a lane of its own, so runs never overlap, a failed one is retried, and one that no worker
 * could start in time starts late. At most one run waits for another; further ones are skipped. Runs stop once no
 * worker's code exports the schedule.
 *
 * @param name 1 to 64 letters, digits, `_` and `-`, unique in the bot. A new name is a new schedule
 * @param cron five fields (`0 9 * * 1-5`), or six that begin with seconds
 * @example
 * export const schedules = [
 *   schedule('digest', '0 9 * * *', (ctx) => ctx.telegram.sendMessage(channel, digest), { timeZone: 'Europe/Berlin' }),
 * ];
 */
export function schedule(
  name: string,
  cron: string,
  handler: (ctx: ScheduleContext) => unknown,
  { timeZone = 'UTC' }: ScheduleOptions = {},
): Schedule {
  return { name, cron, timeZone, handler };
}
