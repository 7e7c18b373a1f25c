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
import type { FileIndex, MadeFiles } from '@chatlane/downloads';
import type { Redis } from '@chatlane/redis';
import type { FileStorage } from '@chatlane/storage';
import { DelayedError, WaitingError, type Job } from 'bullmq';
import type { Inspector } from '../inspecting/inspector.js';
import { readMadeFile } from './made-file.js';
import type { ProcessingObserver } from './observer.js';
import type { Sandbox } from './sandbox.js';
import type { WorkFolders } from './work-folders.js';

/** What a job carries. */
export interface Processing {
  request: DownloadRequest;
  file: StoredFile;
  processor: string;
  /** Tries that ended with a fault. */
  tries?: number;
  /** What came of it: only to be told yet. */
  outcome?: Outcome;
}

type Outcome = Pick<FileProcessed, 'result' | 'made' | 'failure'>;

export interface ProcessingContext {
  redis: Redis;
  name: string;
  storage: Pick<FileStorage, 'get'>;
  index: Pick<FileIndex, 'get'>;
  madeFiles: MadeFiles;
  folders: WorkFolders;
  sandbox: Sandbox;
  inspector: Pick<Inspector, 'inspect'>;
  tell(event: InternalEvent, address: FileAddress): Promise<unknown>;
  /** Tries that end with a fault before its word is told. */
  attempts: number;
  backOffMs: number;
  /** A made file's. */
  maxBytes: number;
  observer: ProcessingObserver;
}

/** Downloaders that one job may take down with it. */
const MOST_CRASHES = 20;
/** Longer than a request is told again, and than a lane remembers its event. */
const REMEMBER_MS = 3 * 86_400_000;
const TROUBLE_MS = 2_000;

/** Works off one job: exactly one event comes of it, unless its user has the file no more. */
export function createProcessJob(
  context: ProcessingContext,
): (job: Job<Processing>, token: string, signal: AbortSignal) => Promise<void> {
  const { redis, name, storage, index, madeFiles, folders, sandbox, observer } = context;
  const trouble = (what: string, error: unknown): void => observer.trouble(what, error);

  async function work(job: Job<Processing>, signal: AbortSignal): Promise<number | undefined> {
    const { request, processor } = job.data;
    const told = `{${name}}:processed:${job.id}`;
    if (await redis.exists(told)) return undefined;
    if (job.data.outcome === undefined) {
      const outcome = await outcomeOf(job, signal);
      if (typeof outcome === 'number') return outcome;
      // From here on it is only told, by whomever: a second run could make something else.
      if (outcome) await job.updateData({ ...job.data, outcome });
    }
    const tookMs = Date.now() - job.timestamp;
    const { outcome } = job.data;
    const file = await index.get(request.userId, job.data.file.id);
    if (!outcome || !file) {
      observer.ended(processor, 'gone', tookMs);
      return undefined;
    }
    await context.tell(eventOf(job.data, job.id ?? '', outcome), request.address);
    observer.ended(processor, outcome.failure ?? 'done', tookMs);
    await redis.set(told, 1, 'PX', REMEMBER_MS);
    return undefined;
  }

  /** undefined: there is no file any more; a number: to be tried again after so many milliseconds. */
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
        const read = await readMadeFile(
          made,
          join(folder, 'out'),
          context.maxBytes,
          context.inspector,
        );
        if (typeof read === 'string') return { failure: read };
        const kept = await madeFiles.keep({ userId: request.userId, file }, processor, read);
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
      // A storage or a Redis that is away is nobody's try.
      trouble('processing', error);
      waitMs = TROUBLE_MS * (1 + Math.random());
    }
    if (waitMs === undefined) return;
    // One that cannot be put off is found when its lock runs out; failed, nobody would be told.
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
