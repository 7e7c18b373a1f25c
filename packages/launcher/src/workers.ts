import { setTimeout as delay } from 'node:timers/promises';
import type { AppProcess } from '@chatlane/processes';
import type { Fleet } from './fleet.js';
import type { Spares } from './spares.js';
import type { Part, Supervised } from './supervisor.js';

/**
 * The longest that `replace` waits for the old workers. Idle ones stop sooner. One with running turns takes no more
 * events by then, and may end its turns later.
 */
const RETIREMENT_MS = 1_000;

/** The workers of an instance. */
export interface Workers {
  /** The workers that run now. */
  current(): readonly Supervised<AppProcess>[];
  /**
   * Starts new workers, and stops the old ones once all of the new ones are ready. If a new one does not become ready,
   * the old ones keep running.
   *
   * @throws AppStartError of the worker that did not start
   */
  replace(): Promise<void>;
  /** Makes the next `replace` fast, by loading code ahead of it. */
  prepare(): void;
  /** Ends what was prepared. Running workers belong to the fleet. */
  close(): void;
}

/** @param parts creates the part of each worker; a new worker runs beside the old one until that has stopped */
export async function startWorkers(
  fleet: Fleet,
  parts: readonly (() => Part<AppProcess>)[],
  spares: Spares,
): Promise<Workers> {
  async function startAll(): Promise<Supervised<AppProcess>[]> {
    const starts = await Promise.allSettled(parts.map((part) => fleet.start('worker', part())));
    const started = starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const failed = starts.find((each) => each.status === 'rejected');
    if (!failed) return started;
    await Promise.all(started.map((worker) => fleet.retire(worker)));
    throw failed.reason;
  }

  let current = await startAll();
  return {
    current: () => current,
    async replace() {
      const old = current;
      current = await startAll().finally(() => spares.refill());
      const retired = Promise.all(old.map((worker) => fleet.retire(worker)));
      await Promise.race([retired, delay(RETIREMENT_MS, undefined, { ref: false })]);
    },
    prepare: () => spares.refill(),
    close: () => spares.close(),
  };
}
