import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type {
  DownloadRequest,
  FileAddress,
  FileProcessed,
  InternalEvent,
  StoredFile,
} from '@chatlane/contracts';
import type { FileIndex, DerivedFiles } from '@chatlane/downloads';
import type { Redis } from '@chatlane/redis';
import type { FileStorage } from '@chatlane/storage';
import { DelayedError, WaitingError, type Job } from 'bullmq';
import type { Inspector } from '../inspecting/inspector.js';
import { readDerivedFile } from './derived-file.js';
import type { ProcessingObserver } from './observer.js';
import type { Sandbox } from './sandbox.js';
import type { WorkFolders } from './work-folders.js';

/** The data of a job. */
export interface Processing {
  request: DownloadRequest;
  file: StoredFile;
  processor: string;
  /** Runs that ended with a fault. */
  tries?: number;
  /** The outcome; present when only its event remains to be sent. */
  outcome?: Outcome;
}

type Outcome = Pick<FileProcessed, 'result' | 'made' | 'failure'>;

export interface ProcessingContext {
  redis: Redis;
  name: string;
  storage: Pick<FileStorage, 'get'>;
  index: Pick<FileIndex, 'get'>;
  derivedFiles: DerivedFiles;
  folders: WorkFolders;
  sandbox: Sandbox;
  inspector: Pick<Inspector, 'inspect'>;
  notify(event: InternalEvent, address: FileAddress): Promise<unknown>;
  /** How many runs may end with a fault before the failure is reported. */
  attempts: number;
  backOffMs: number;
  /** The maximum size of a file made by a processor. */
  maxBytes: number;
  observer: ProcessingObserver;
}

/** How many downloaders may crash during one job. */
const MOST_CRASHES = 20;
/** Longer than an event may be repeated, and longer than a lane remembers its id. */
const REMEMBER_MS = 3 * 86_400_000;
const TROUBLE_MS = 2_000;

/** Processes one job. It sends exactly one event, unless the user no longer has the file. */
export function createProcessJob(
  context: ProcessingContext,
): (job: Job<Processing>, token: string, signal: AbortSignal) => Promise<void> {
  const { redis, name, storage, index, derivedFiles, folders, sandbox, observer } = context;
  const trouble = (what: string, error: unknown): void => observer.trouble(what, error);

  async function work(job: Job<Processing>, signal: AbortSignal): Promise<number | undefined> {
    const { request, processor } = job.data;
    const doneKey = `{${name}}:processed:${job.id}`;
    if (await redis.exists(doneKey)) return undefined;
    if (job.data.outcome === undefined) {
      const outcome = await outcomeOf(job, signal);
      if (typeof outcome === 'number') return outcome;
      // From here on only the event has to be sent, by any process: a second run might produce something else.
      if (outcome) await job.updateData({ ...job.data, outcome });
    }
    const tookMs = Date.now() - job.timestamp;
    const { outcome } = job.data;
    const file = await index.get(request.userId, job.data.file.id);
    if (!outcome || !file) {
      observer.ended(processor, 'gone', tookMs);
      return undefined;
    }
    await context.notify(eventOf(job.data, job.id ?? '', outcome), request.address);
    observer.ended(processor, outcome.failure ?? 'done', tookMs);
    await redis.set(doneKey, 1, 'PX', REMEMBER_MS);
    return undefined;
  }

  /** Returns undefined when the file is gone, and the delay in milliseconds when the job has to be retried. */
  async function outcomeOf(
    job: Job<Processing>,
    signal: AbortSignal,
  ): Promise<Outcome | number | undefined> {
    const { request, processor, tries = 0 } = job.data;
    if (job.stalledCounter > MOST_CRASHES) return { failure: 'crashed' };
    const file = await index.get(request.userId, job.data.file.id);
    if (!file) return undefined;
    const folder = await folders.open(job.id ?? '');
    try {
      const path = join(folder, 'input');
      if (!(await copyOut(file.key, path, signal))) return undefined;
      const end = await sandbox(processor, { path, file, folder }, signal);
      if ('answer' in end) {
        const { made, ...rest } = end.answer;
        if (!made) return rest;
        const read = await readDerivedFile(
          made,
          join(folder, 'out'),
          context.maxBytes,
          context.inspector,
        );
        if (typeof read === 'string') return { failure: read };
        const kept = await derivedFiles.keep({ userId: request.userId, file }, processor, read);
        return kept && { ...rest, made: kept };
      }
      observer.faulted(processor, end.failure, end.fault);
      if (tries + 1 >= context.attempts) return { failure: end.failure };
      await job.updateData({ ...job.data, tries: tries + 1 });
      return context.backOffMs * 2 ** tries * (0.8 + 0.4 * Math.random());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function copyOut(key: string, path: string, signal: AbortSignal): Promise<boolean> {
    const found = await storage.get(key);
    if (!found) return false;
    await pipeline(found.stream, createWriteStream(path, { mode: 0o600 }), { signal });
    return true;
  }

  return async (job, token, signal) => {
    let waitMs: number | undefined;
    try {
      signal.throwIfAborted();
      waitMs = await work(job, signal);
    } catch (error) {
      if (signal.aborted) {
        await job.moveToWait(token).catch((failed: unknown) => trouble('hand back', failed));
        throw new WaitingError();
      }
      // An unavailable storage or Redis does not count as a fault.
      trouble('processing', error);
      waitMs = TROUBLE_MS * (1 + Math.random());
    }
    if (waitMs === undefined) return;
    // A job that cannot be delayed is found when its lock expires. It must not fail, or no event would be sent.
    await job
      .moveToDelayed(Date.now() + Math.ceil(waitMs), token)
      .catch((failed: unknown) => trouble('put off', failed));
    throw new DelayedError();
  };
}

function eventOf(
  { request, file, processor }: Processing,
  jobId: string,
  outcome: Outcome,
): InternalEvent {
  const { id, address, label, mediaGroupId } = request;
  const payload: FileProcessed = {
    request: id,
    address,
    ...(label !== undefined && { label }),
    ...(mediaGroupId !== undefined && { mediaGroupId }),
    file,
    processor,
    ...outcome,
  };
  return { type: 'internal', id: `processed.${jobId}`, kind: 'file_processed', payload };
}
