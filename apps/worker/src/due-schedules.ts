import { RetryAfterError, type Schedule, type ScheduleContext } from '@chatlane/middleware';
import type { Context } from 'telegraf';

/** How long a run waits for a worker that has its schedule. */
const RETRY_MS = 5_000;

/** Finds the handler of a schedule that is due, ready to be called. Undefined for any other event. */
export type FindDueSchedule = (ctx: Context) => Promise<(() => unknown) | undefined>;

/**
 * During a deploy, workers with and without a schedule take runs from the same lane. A worker without it leaves the
 * run to the others, or ends the run when no running worker has the schedule any longer.
 *
 * @param isDeclared whether a running worker has a schedule of this name
 */
export function createDueSchedules(
  schedules: readonly Schedule[],
  isDeclared: (name: string) => Promise<boolean>,
): FindDueSchedule {
  const byName = new Map(schedules.map((schedule) => [schedule.name, schedule]));

  return async function findDueSchedule(ctx) {
    const { schedule: due } = ctx.update as { schedule?: { name: string; at: number } };
    if (due === undefined) return undefined;
    const schedule = byName.get(due.name);
    if (schedule) {
      const context = Object.assign(ctx, { scheduledAt: new Date(due.at) }) as ScheduleContext;
      return () => schedule.handler(context);
    }
    if (!(await isDeclared(due.name))) return () => undefined;
    throw new RetryAfterError(`Another worker has the schedule ${due.name}.`, RETRY_MS);
  };
}
