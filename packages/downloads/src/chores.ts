import type { FilesForgotten, ForgetRequest } from '@chatlane/contracts';
import { DelayedError, type Job } from 'bullmq';
import type { Context } from './context.js';
import { backOff } from './failing.js';
import { clearDoomed, deleteUnsettled } from './objects.js';
import type { Chore } from './queues.js';
import {
  closeAlbumScript,
  expireScript,
  forgetScript,
  REMEMBER_MS,
  toldScript,
} from './scripts.js';
import { tellAlbum } from './telling.js';

/** Files taken from their users in one go. */
const AT_ONCE = 100;

/** How often a put in flight is looked at. */
const PUTTING_MS = 250;

/** Unfinished files in the storage that old belong to nobody; they are looked for once an hour. */
const LEFTOVER_MS = 24 * 3_600_000;
const LEFTOVERS_EVERY_MS = 3_600_000;

/** Works off the second queue: forgetting, closing albums, the janitor. No chore ever fails for good. */
export function createChores(context: Context): (job: Job<Chore>, token: string) => Promise<void> {
  const { redis, keys, queues, storage, limits, observer, trouble } = context;
  let leftoversAt = 0;

  /** Answers how long to wait while something of it is still being put. */
  async function forget(request: ForgetRequest): Promise<number | undefined> {
    const { id, address, userId, requestedAt } = request;
    for (;;) {
      const args = [id, userId, requestedAt, AT_ONCE, REMEMBER_MS];
      const { more, count, newly, putting, jobs } = await forgetScript.run(redis, keys.scope, args);
      // One in hand keeps its job until its run lets go.
      await Promise.all(jobs.map((job) => queues.downloads.remove(job)));
      observer?.removed?.('forgotten', newly);
      if (more) continue;
      if (putting > 0) return PUTTING_MS;
      // Told when it is true: the objects are gone too. Those of others are no part of it.
      await deleteUnsettled(context, userId);
      const payload: FilesForgotten = { request: id, address, count };
      const event = {
        type: 'internal',
        id: `files.${id}`,
        kind: 'files_forgotten',
        payload,
      } as const;
      await context.tell(event, address);
      observer?.told?.(event.kind);
      await toldScript.run(redis, keys.scope, [id, userId, REMEMBER_MS]);
      return undefined;
    }
  }

  async function closeAlbum(album: string, batch: number): Promise<number | undefined> {
    const args = [album, batch, limits.albumWaitMs];
    const closed = await closeAlbumScript.run(redis, keys.scope, args);
    if (closed.state === 'wait') return closed.ms;
    await tellAlbum(context, album, batch, closed.results);
    return undefined;
  }

  async function clearAway(): Promise<void> {
    for (;;) {
      const expired = await expireScript.run(redis, keys.scope, [AT_ONCE]);
      if (expired > 0) observer?.removed?.('expired', expired);
      if (expired < AT_ONCE) break;
    }
    await clearDoomed(context);
    await queues.downloads.clean(limits.deadLettersMs, 1_000, 'failed');
    if (Date.now() - leftoversAt < LEFTOVERS_EVERY_MS) return;
    await storage.removeLeftovers?.(LEFTOVER_MS);
    leftoversAt = Date.now();
  }

  /** Answers how long to wait when it is not done yet. */
  async function carryOut(chore: Chore): Promise<number | undefined> {
    switch (chore.chore) {
      case 'forget':
        return forget(chore.request);
      case 'close-album':
        return closeAlbum(chore.album, chore.batch);
      case 'janitor':
        // The next look comes by itself.
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
