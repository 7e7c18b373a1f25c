import type { AppProcess } from '@chatlane/processes';
import type { Fleet } from './fleet.js';
import type { Part, Supervised } from './supervisor.js';

/** The workers of an instance. */
export interface Workers {
  /** The workers that run now. */
  current(): readonly Supervised<AppProcess>[];
  /**
   * Starts new workers, and stops the old ones once all of the new ones are ready. If one is not, the old ones run on.
   *
   * @throws AppStartError of the worker that did not start
   */
  replace(): Promise<void>;
}

/** @param parts creates the part of each worker; a new worker runs beside the old one until that has stopped */
export async function startWorkers(
  fleet: Fleet,
  parts: readonly (() => Part<AppProcess>)[],
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
      current = await startAll();
      // Not awaited, because a running turn may take long. From here on the old workers take no events.
      for (const worker of old) void fleet.retire(worker);
    },
  };
}
