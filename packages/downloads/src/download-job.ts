import { DownloadHandedBack, type DownloadRequest } from '@chatlane/contracts';
import { DelayedError, WaitingError, type Job } from 'bullmq';
import { quotaArgs, type Context } from './context.js';
import { backOff, DownloadUnavailable } from './failing.js';
import { runDownload, type RunEnd } from './download-run.js';
import { holdOn, type Hold } from './hold.js';
import { beginScript, putOffScript, REMEMBER_MS, type Begun, type Recorded } from './scripts.js';
import { tellOne } from './telling.js';

/** A wait that is over as soon as something else ends; this long when nobody says so. */
const SOON_MS = 1_000;

/** Works off the jobs of the downloads queue. A job fails only when its download is given up: all else puts it off. */
export interface DownloadJobs {
  process(job: Job<DownloadRequest>, token: string): Promise<void>;
  /** Gives up what is being fetched, for another process. What comes after that is given back at once. */
  handBack(): void;
}

export function createDownloadJobs(context: Context): DownloadJobs {
  const { redis, keys, queues, limits, observer, trouble } = context;
  const holds = new Set<Hold>();
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
        return say(beginning.recorded);
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
    const hold = holdOn({ redis, keys, leaseMs: limits.leaseMs }, request, begun.run, (error) =>
      trouble('renew', error),
    );
    holds.add(hold);
    if (stopping) hold.interrupt('handed-back', new DownloadHandedBack());
    let end: RunEnd;
    try {
      end = await runDownload(context, request, begun, hold);
    } finally {
      hold.end();
      holds.delete(hold);
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
    await say({ result: JSON.stringify(result), album, batch, round, outcome: reason }, why);
  }

  /** Says what is recorded, or has the album say it. */
  async function say(
    { result, album, batch, round, outcome }: Recorded,
    why = 'Given up.',
  ): Promise<void> {
    if (album === '') {
      await tellOne(context, result, round);
    } else {
      await queues.chores.add(
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

  /** Lets jobs go on that waited for this one. A hint: they go on by themselves when it is lost. */
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
      for (const hold of holds) hold.interrupt('handed-back', new DownloadHandedBack());
    },
  };

  async function delay(job: Job, token: string, ms: number): Promise<never> {
    // A lock that is lost is another's to decide about; a job nobody has is found when its lock runs out.
    await job.moveToDelayed(Date.now() + Math.ceil(ms), token).catch((error: unknown) => {
      trouble('put off', error);
    });
    throw new DelayedError();
  }
}
