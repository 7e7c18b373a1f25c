import type { FilesForgotten, ForgetRequest } from '@chatlane/contracts';
import { DelayedError, type Job } from 'bullmq';
import type { Context } from './context.js';
import { backOff } from './errors.js';
import { deleteOrphans, deleteUnsettled } from './objects.js';
import type { MaintenanceJob } from './queues.js';
import {
  closeAlbumScript,
  expireScript,
  forgetScript,
  REMEMBER_MS,
  finishScript,
} from './scripts.js';
import { notifyAlbum } from './notify.js';

/** How many files are taken from their users at a time. */
const AT_ONCE = 100;

/** How often puts in progress are checked, in milliseconds. */
const PUT_CHECK_MS = 250;

/** Unfinished files older than this are leftovers. The storage is searched for them once an hour. */
const LEFTOVER_MS = 24 * 3_600_000;
const LEFTOVERS_EVERY_MS = 3_600_000;

/** Processes the second queue: forgetting, closing albums, the janitor. Its jobs never fail permanently. */
export function createMaintenance(
  context: Context,
): (job: Job<MaintenanceJob>, token: string) => Promise<void> {
  const { redis, keys, queues, storage, limits, observer, trouble } = context;
  let leftoversAt = 0;

  /** Returns how long to wait, in milliseconds, while a file of the user is still being put. */
  async function forget(request: ForgetRequest): Promise<number | undefined> {
    const { id, address, userId, requestedAt } = request;
    for (;;) {
      const args = [id, userId, requestedAt, AT_ONCE, REMEMBER_MS];
      const { more, count, newly, putting, jobs } = await forgetScript.run(redis, keys.scope, args);
      // A running request keeps its job until its run ends.
      await Promise.all(jobs.map((job) => queues.downloads.remove(job)));
      observer?.removed?.('forgotten', newly);
      if (more) continue;
      if (putting > 0) return PUT_CHECK_MS;
      // The event says that the objects are gone, so it is sent only after that. Other users' objects do not matter.
      await deleteUnsettled(context, userId);
      const payload: FilesForgotten = { request: id, address, count };
      const event = {
        type: 'internal',
        id: `files.${id}`,
        kind: 'files_forgotten',
        payload,
      } as const;
      await context.notify(event, address);
      observer?.notified?.(event.kind);
      await finishScript.run(redis, keys.scope, [id, userId, REMEMBER_MS]);
      return undefined;
    }
  }

  async function closeAlbum(album: string, batch: number): Promise<number | undefined> {
    const args = [album, batch, limits.albumWaitMs];
    const closed = await closeAlbumScript.run(redis, keys.scope, args);
    if (closed.state === 'wait') return closed.ms;
    await notifyAlbum(context, album, batch, closed.results);
    return undefined;
  }

  async function clearAway(): Promise<void> {
    for (;;) {
      const expired = await expireScript.run(redis, keys.scope, [AT_ONCE]);
      if (expired > 0) observer?.removed?.('expired', expired);
      if (expired < AT_ONCE) break;
    }
    await deleteOrphans(context);
    await queues.downloads.clean(limits.deadLettersMs, 1_000, 'failed');
    if (Date.now() - leftoversAt < LEFTOVERS_EVERY_MS) return;
    await storage.removeLeftovers?.(LEFTOVER_MS);
    leftoversAt = Date.now();
  }

  /** Returns how long to wait, in milliseconds, when the job is not done yet. */
  async function carryOut(chore: MaintenanceJob): Promise<number | undefined> {
    switch (chore.chore) {
      case 'forget':
        return forget(chore.request);
      case 'close-album':
        return closeAlbum(chore.album, chore.batch);
      case 'janitor':
        // The janitor runs again on its schedule.
        await clearAway().catch((error: unknown) => trouble('janitor', error));
        return undefined;
    }
  }

  return async (job, token) => {
    let waitMs: number | undefined;
    try {
      waitMs = await carryOut(job.data);
    } catch (error) {
      trouble(job.data.chore, error);
      waitMs = backOff(Math.min(job.attemptsStarted, 10), limits);
    }
    if (waitMs === undefined) return;
    await job.moveToDelayed(Date.now() + waitMs, token).catch((error: unknown) => {
      trouble('put off', error);
    });
    throw new DelayedError();
  };
}
