import { rm } from 'node:fs/promises';
import {
  DownloadHandedBack,
  DownloadRefused,
  InspectionStopped,
  RetryLater,
  type DownloadRequest,
  type FileFailureReason,
  type StoredFile,
} from '@chatlane/contracts';
import type { Context } from './context.js';
import { mostOfQuotas, quotaArgs } from './context.js';
import { failureOf, type Result } from './events.js';
import { describeError } from './errors.js';
import type { RequestLease } from './request-lease.js';
import type { FetchedFile, KnownContent } from './ports.js';
import {
  inspectingScript,
  intendScript,
  recordScript,
  refuseScript,
  REMEMBER_MS,
  type Begun,
  type Recording,
} from './scripts.js';

/** The data that all holders of a file share. */
type Known = KnownContent & { key: string };

type Settled = Extract<Recording, { next: string[] }>;

/** The outcome of a run. `off`: it has to be retried. */
export type RunEnd =
  | { state: 'result'; result: Result; recording: Settled; why?: string }
  | {
      state: 'off';
      cause: 'failed' | 'later' | 'handed-back' | 'lost';
      ms?: number;
      error?: unknown;
    };

/** One run of a leased request: fetch, check, announce, put, record. It may be killed after each step. */
export async function runDownload(
  context: Context,
  request: DownloadRequest,
  begun: Begun,
  lease: RequestLease,
): Promise<RunEnd> {
  const { redis, keys, limits, storage, observer } = context;
  const { id, userId, media } = request;
  const owner = [id, begun.run, userId];
  /** The path of the fetched file until it is stored. */
  let ours: string | undefined;

  async function refuse(
    reason: FileFailureReason,
    why?: string,
    mostBytes?: number,
  ): Promise<RunEnd> {
    const result: Result = { request, failure: failureOf(request, reason, mostBytes) };
    const args = [...owner, media.fileUniqueId, reason, JSON.stringify(result), REMEMBER_MS];
    const recording = await refuseScript.run(redis, keys.scope, args);
    return ended(result, recording, why);
  }

  function refuseQuota(size: number): Promise<RunEnd> {
    const most = mostOfQuotas(limits);
    return size > most ? refuse('too-big', undefined, most) : refuse('quota');
  }

  async function inspecting<T>(look: () => Promise<T>): Promise<T> {
    const note = (isOn: 0 | 1) => inspectingScript.run(redis, keys.scope, [id, begun.run, isOn]);
    await note(1);
    try {
      const seen = await look();
      await note(0);
      return seen;
    } catch (error) {
      if (!(error instanceof InspectionStopped)) await note(0);
      throw error;
    }
  }

  /** Decides on an error of a fetch, a check or the storage. */
  function afterError(error: unknown): RunEnd | Promise<RunEnd> {
    if (error instanceof DownloadRefused) return refuse(error.reason, undefined, error.mostBytes);
    const interruption = lease.interruption();
    // The user has asked to forget this file; the script checks that before any reason.
    if (interruption === 'forgotten') return refuse('unavailable');
    if (interruption !== undefined) return { state: 'off', cause: interruption };
    if (error instanceof DownloadHandedBack) return { state: 'off', cause: 'handed-back' };
    if (error instanceof RetryLater) return { state: 'off', cause: 'later', ms: error.afterMs };
    if (begun.attempt < limits.attempts) return { state: 'off', cause: 'failed', error };
    return refuse('unavailable', `${describeError(error)}, ${begun.attempt} tries`);
  }

  async function record(known: Known, name: string, storedAt: number): Promise<RunEnd> {
    const keepMs = limits.keepMs[media.kind];
    const file: StoredFile = {
      id: media.fileUniqueId,
      fileId: media.fileId,
      kind: media.kind,
      name,
      ...(media.caption !== undefined && { caption: media.caption }),
      ...known,
      storedAt,
      ...(keepMs !== undefined && { expiresAt: storedAt + keepMs }),
    };
    const result: Result = { request, file };
    const recording = await recordScript.run(redis, keys.scope, [
      ...owner,
      media.fileUniqueId,
      known.key,
      JSON.stringify(known),
      JSON.stringify(file),
      file.expiresAt ?? '',
      JSON.stringify(result),
      REMEMBER_MS,
    ]);
    return ended(result, recording);
  }

  async function store(fetched: FetchedFile): Promise<RunEnd> {
    const { size, sha256, type, name, path } = fetched;
    const wanted = context.keyOf({ id: media.fileUniqueId, sha256, kind: media.kind });
    const args = [...owner, wanted, size, limits.leaseMs, ...quotaArgs(limits)];
    const intent = await intendScript.run(redis, keys.scope, args);
    if (intent.state === 'lost') return { state: 'off', cause: 'lost' };
    // The user has asked to forget this file, which the script checks first.
    if (intent.state === 'forgotten') return refuse('unavailable');
    if (intent.state === 'quota') return refuseQuota(size);
    const about = { size, sha256, type };
    try {
      await storage.put(intent.key, { path }, about);
      ours = undefined;
    } catch (error) {
      return afterError(error);
    }
    const end = await record({ key: intent.key, ...about }, name, intent.now);
    // The put was in vain: it was too late, or concurrent with another one. The janitor decides about the object.
    if (end.state === 'off' || end.recording.state === 'forgotten') {
      await redis.zadd(keys.orphaned, 'LT', begun.now, intent.key);
    }
    return end;
  }

  const known = begun.known === undefined ? undefined : (JSON.parse(begun.known) as Known);
  if (begun.state === 'quota') return refuseQuota(known?.size ?? media.size ?? 0);
  if (begun.state === 'crashed')
    return refuse('unavailable', 'its content stopped the inspection, or its process, every time');
  if (begun.state === 'stored' && known) {
    let name: string;
    try {
      name = await context.checkStored(request, known);
    } catch (error) {
      return afterError(error);
    }
    return record(known, name, begun.now);
  }

  let fetched: FetchedFile;
  const startedAt = performance.now();
  try {
    lease.signal.throwIfAborted();
    fetched = await context.fetchFile(request, {
      attempt: begun.attempt,
      signal: lease.signal,
      onProgress: (received, size) => context.onProgress?.(request, received, size),
      inspecting,
    });
  } catch (error) {
    return afterError(error);
  }
  observer?.fetched?.(media.kind, fetched.size, performance.now() - startedAt);
  ours = fetched.path;
  try {
    return await store(fetched);
  } finally {
    if (ours !== undefined) await rm(ours, { force: true });
  }
}

function ended(result: Result, recording: Recording, why?: string): RunEnd {
  if (recording.state === 'lost' || recording.state === 'again') {
    return { state: 'off', cause: 'lost' };
  }
  return { state: 'result', result, recording, ...(why !== undefined && { why }) };
}
