import { DownloadHandedBack, type DownloadRequest } from '@chatlane/contracts';
import { DelayedError, WaitingError, type Job } from 'bullmq';
import { quotaArgs, type Context } from './context.js';
import { backOff, DownloadUnavailable } from './errors.js';
import { runDownload } from './download-run.js';
import { leaseRequest, type RequestLease } from './request-lease.js';
import type { RunEnd } from './run-end.js';
import { beginScript, putOffScript, REMEMBER_MS, type Begun, type Recorded } from './scripts.js';
import { notifyOne } from './notify.js';

/** The delay of a job that another job should wake earlier. The full delay passes only if that wake-up is lost. */
const SOON_MS = 1_000;

/** Processes the downloads queue. A job fails only when its download fails for good; otherwise it is delayed. */
export interface DownloadJobs {
  process(job: Job<DownloadRequest>, token: string): Promise<void>;
  /** Stops the running fetches, so that another process can continue them. Later jobs are handed back immediately. */
  handBack(): void;
}

export function createDownloadJobs(context: Context): DownloadJobs {
  const { redis, keys, queues, limits, observer, trouble } = context;
  const leases = new Set<RequestLease>();
  let stopping = false;

  async function work(job: Job<DownloadRequest>, token: string): Promise<void> {
    const request = job.data;
    const { id, userId, requestedAt, media, sharedQuota = '' } = request;
    const beginning = await beginScript.run(redis, keys.scope, [
      id,
      userId,
      requestedAt,
      media.fileUniqueId,
      media.size ?? 0,
      limits.leaseMs,
      limits.userConcurrency,
      limits.crashes,
      REMEMBER_MS,
      ...quotaArgs(limits),
      sharedQuota,
      limits.inspections,
    ]);
    switch (beginning.state) {
      case 'over':
        if (beginning.outcome === 'unavailable') throw new DownloadUnavailable('Given up.');
        return;
      case 'forgotten':
        observer?.ended?.(media.kind, 'forgotten', 0, Date.now() - requestedAt);
        return;
      case 'wait':
        observer?.putOff?.(media.kind, beginning.why);
        return delay(job, token, beginning.ms);
      case 'recorded':
        return announce(beginning.recorded);
      case 'fetch':
      case 'stored':
      case 'quota':
      case 'crashed':
        return carryOut(job, token, beginning);
    }
  }

  async function carryOut(job: Job<DownloadRequest>, token: string, begun: Begun): Promise<void> {
    const request = job.data;
    observer?.started?.(request.media.kind, Date.now() - request.requestedAt);
    const lease = leaseRequest(
      { redis, keys, leaseMs: limits.leaseMs },
      request,
      begun.run,
      (error) => trouble('renew', error),
    );
    leases.add(lease);
    if (stopping) lease.interrupt('handed-back', new DownloadHandedBack());
    let end: RunEnd;
    try {
      end = await runDownload({ context, request, begun, lease });
    } finally {
      lease.end();
      leases.delete(lease);
    }
    if (end.state === 'off') return putOff(job, token, begun, end);

    const { result, recording, why } = end;
    await callNext(recording.next);
    const { file, failure } = result;
    const got = begun.state === 'stored' ? 'known' : 'stored';
    const outcome = recording.state === 'forgotten' ? recording.state : (failure?.reason ?? got);
    const tookMs = Date.now() - request.requestedAt;
    observer?.ended?.(request.media.kind, outcome, file?.size ?? 0, tookMs);
    if (recording.state === 'forgotten') return;
    const { album, batch } = recording;
    const reason = failure?.reason ?? '';
    const { round } = begun;
    await announce({ result, album, batch, round, outcome: reason }, why);
  }

  /** Delivers the event of a recorded result, or lets the album deliver it. */
  async function announce(
    { result, album, batch, round, outcome }: Recorded,
    why = 'Given up.',
  ): Promise<void> {
    if (album === '') {
      await notifyOne(context, result, round);
    } else {
      await queues.maintenance.add(
        'close-album',
        { chore: 'close-album', album, batch },
        { jobId: `album.${album}.${batch}`, delay: limits.albumWaitMs },
      );
    }
    if (outcome === 'unavailable') throw new DownloadUnavailable(why);
  }

  async function putOff(
    job: Job<DownloadRequest>,
    token: string,
    begun: Begun,
    { cause, ms, error }: Extract<RunEnd, { state: 'off' }>,
  ): Promise<void> {
    const { id, userId, media } = job.data;
    const counted = cause === 'failed' ? 1 : 0;
    const args = [id, begun.run, userId, media.fileUniqueId, counted];
    const off = await putOffScript.run(redis, keys.scope, args);
    observer?.putOff?.(media.kind, cause, error);
    if (off.state === 'off') await callNext(off.next);
    if (cause === 'handed-back') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    return delay(job, token, cause === 'failed' ? backOff(begun.attempt, limits) : (ms ?? SOON_MS));
  }

  /** Wakes jobs that waited for this one. Best effort: they continue by themselves when it fails. */
  async function callNext(ids: string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const job = await queues.downloads.getJob(id);
        await job?.promote().catch(() => undefined);
      }),
    );
  }

  return {
    async process(job, token) {
      try {
        if (stopping) {
          await job.moveToWait(token);
          throw new WaitingError();
        }
        await work(job, token);
      } catch (error) {
        if (error instanceof DownloadUnavailable) throw error;
        if (error instanceof DelayedError || error instanceof WaitingError) throw error;
        trouble('download', error);
        await delay(job, token, SOON_MS * (1 + Math.random()));
      }
    },
    handBack() {
      stopping = true;
      for (const lease of leases) lease.interrupt('handed-back', new DownloadHandedBack());
    },
  };

  async function delay(job: Job, token: string, ms: number): Promise<never> {
    // If the lock was lost, another process decides about the job. A job without an owner is found
    // when its lock expires.
    await job.moveToDelayed(Date.now() + Math.ceil(ms), token).catch((error: unknown) => {
      trouble('put off', error);
    });
    throw new DelayedError();
  }
}
