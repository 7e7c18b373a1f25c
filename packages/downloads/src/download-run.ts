import { rm } from 'node:fs/promises';
import { InspectionStopped } from '@chatlane/contracts';
import { quotaArgs } from './context.js';
import type { FetchedFile } from './ports.js';
import {
  afterError,
  ownerOf,
  recordFile,
  refuse,
  refuseQuota,
  type Run,
  type RunEnd,
} from './run-end.js';
import { inspectingScript, intendScript, type SharedContent } from './scripts.js';

/** One run of a leased request: fetch, announce, put, record. It may be killed after each step. */
export async function runDownload(run: Run): Promise<RunEnd> {
  const { state, known } = run.begun;
  if (state === 'quota') return refuseQuota(run, known?.size ?? run.request.media.size ?? 0);
  if (state === 'crashed') {
    const why = 'its content stopped the inspection, or its process, every time';
    return refuse(run, 'unavailable', { why });
  }
  if (state === 'stored' && known) return shareStored(run, known);

  const fetched = await fetchFile(run).catch((error: unknown) => afterError(run, error));
  if ('state' in fetched) return fetched;
  try {
    const { size, sha256, type, name } = fetched;
    const announced = await announcePut(run, fetched);
    if ('state' in announced) return announced;

    const content = { key: announced.key, size, sha256, type };
    const failed = await put(run, fetched, content.key);
    if (failed) return failed;

    const end = await recordFile(run, content, name, announced.now);
    await markUnused(run, content.key, end);
    return end;
  } finally {
    // Already gone if the storage has moved it.
    await rm(fetched.path, { force: true });
  }
}

/** Another request has stored the same file: checks it by the rules for this one, and shares it. */
async function shareStored(run: Run, content: SharedContent): Promise<RunEnd> {
  const { context, request, begun } = run;
  let name: string;
  try {
    name = await context.checkStored(request, content);
  } catch (error) {
    return afterError(run, error);
  }
  return recordFile(run, content, name, begun.now);
}

async function fetchFile(run: Run): Promise<FetchedFile> {
  const { context, request, begun, lease } = run;
  const startedAt = performance.now();
  lease.signal.throwIfAborted();
  const fetched = await context.fetchFile(request, {
    attempt: begun.attempt,
    signal: lease.signal,
    onProgress: (received, size) => context.onProgress?.(request, received, size),
    inspecting: (inspect) => noteInspection(run, inspect),
  });
  context.observer?.fetched?.(request.media.kind, fetched.size, performance.now() - startedAt);
  return fetched;
}

/** Records in Redis that an inspection is in progress: an inspection that kills the process counts against its file. */
async function noteInspection<T>(run: Run, inspect: () => Promise<T>): Promise<T> {
  const { context, request, begun } = run;
  const { redis, keys } = context;
  const note = (isOn: 0 | 1) =>
    inspectingScript.run(redis, keys.scope, [request.id, begun.run, isOn]);
  await note(1);
  try {
    const seen = await inspect();
    await note(0);
    return seen;
  } catch (error) {
    if (!(error instanceof InspectionStopped)) await note(0);
    throw error;
  }
}

/** Announces the object, so that the janitor finds it if the process dies. Also charges the file's actual size. */
async function announcePut(
  run: Run,
  { size, sha256 }: FetchedFile,
): Promise<{ key: string; now: number } | RunEnd> {
  const { context, request } = run;
  const { redis, keys, limits } = context;
  const { fileUniqueId: id, kind } = request.media;
  const wanted = context.keyOf({ id, sha256, kind });
  const args = [...ownerOf(run), wanted, size, limits.leaseMs, ...quotaArgs(limits)];
  const intent = await intendScript.run(redis, keys.scope, args);
  switch (intent.state) {
    case 'lost':
      return { state: 'off', cause: 'lost' };
    case 'forgotten':
      // The user has asked to forget this file, which the script checks first.
      return refuse(run, 'unavailable');
    case 'quota':
      return refuseQuota(run, size);
    case 'put':
      return { key: intent.key, now: intent.now };
  }
}

/** Returns undefined once the file is stored. */
async function put(run: Run, fetched: FetchedFile, key: string): Promise<RunEnd | undefined> {
  const { size, sha256, type, path } = fetched;
  try {
    await run.context.storage.put(key, { path }, { size, sha256, type });
    return undefined;
  } catch (error) {
    return afterError(run, error);
  }
}

/** Lists the object as orphaned if it was put too late or concurrently with another. The janitor decides about it. */
async function markUnused({ context, begun }: Run, key: string, end: RunEnd): Promise<void> {
  if (end.state === 'result' && end.recording.state !== 'forgotten') return;
  await context.redis.zadd(context.keys.orphaned, 'LT', begun.now, key);
}
