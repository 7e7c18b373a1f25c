import {
  DownloadHandedBack,
  DownloadRefused,
  RetryLater,
  type DownloadRequest,
  type FileFailureReason,
  type StoredFile,
} from '@chatlane/contracts';
import { mostOfQuotas, type Context } from './context.js';
import { describeError } from './errors.js';
import { failureOf, type Result } from './events.js';
import type { RequestLease } from './request-lease.js';
import {
  recordScript,
  refuseScript,
  REMEMBER_MS,
  type Begun,
  type Recording,
  type SharedContent,
} from './scripts.js';

/** A run of a leased request, and what its steps work with. */
export interface Run {
  context: Context;
  request: DownloadRequest;
  begun: Begun;
  lease: RequestLease;
}

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

/** The arguments that identify the run to a script. */
export function ownerOf({ request, begun }: Run): [string, number, number] {
  return [request.id, begun.run, request.userId];
}

/** Records the file as the result. The content is stored already. */
export async function recordFile(
  run: Run,
  content: SharedContent,
  name: string,
  storedAt: number,
): Promise<RunEnd> {
  const { context, request } = run;
  const { media } = request;
  const keepMs = context.limits.keepMs[media.kind];
  const file: StoredFile = {
    id: media.fileUniqueId,
    fileId: media.fileId,
    kind: media.kind,
    name,
    ...(media.caption !== undefined && { caption: media.caption }),
    ...content,
    storedAt,
    ...(keepMs !== undefined && { expiresAt: storedAt + keepMs }),
  };
  const result: Result = { request, file };
  const recording = await recordScript.run(context.redis, context.keys.scope, [
    ...ownerOf(run),
    media.fileUniqueId,
    content.key,
    JSON.stringify(content),
    JSON.stringify(file),
    file.expiresAt ?? '',
    JSON.stringify(result),
    REMEMBER_MS,
  ]);
  return endOf(result, recording);
}

/**
 * Records a failure as the result.
 *
 * @param about.why a description for operators
 */
export async function refuse(
  run: Run,
  reason: FileFailureReason,
  about: { why?: string; mostBytes?: number | undefined } = {},
): Promise<RunEnd> {
  const { context, request } = run;
  const result: Result = { request, failure: failureOf(request, reason, about.mostBytes) };
  const recording = await refuseScript.run(context.redis, context.keys.scope, [
    ...ownerOf(run),
    request.media.fileUniqueId,
    reason,
    JSON.stringify(result),
    REMEMBER_MS,
  ]);
  return endOf(result, recording, about.why);
}

/** Records that a file of this size exceeds a daily quota. */
export function refuseQuota(run: Run, size: number): Promise<RunEnd> {
  const mostBytes = mostOfQuotas(run.context.limits);
  return size > mostBytes ? refuse(run, 'too-big', { mostBytes }) : refuse(run, 'quota');
}

/** Decides on an error of a fetch, a check or the storage. */
export async function afterError(run: Run, error: unknown): Promise<RunEnd> {
  const { begun, context, lease } = run;
  if (error instanceof DownloadRefused) {
    return refuse(run, error.reason, { mostBytes: error.mostBytes });
  }
  const interruption = lease.interruption();
  // The user has asked to forget this file. The script checks this first, so the reason does not matter.
  if (interruption === 'forgotten') return refuse(run, 'unavailable');
  if (interruption !== undefined) return { state: 'off', cause: interruption };
  if (error instanceof DownloadHandedBack) return { state: 'off', cause: 'handed-back' };
  if (error instanceof RetryLater) return { state: 'off', cause: 'later', ms: error.afterMs };
  if (begun.attempt < context.limits.attempts) return { state: 'off', cause: 'failed', error };
  return refuse(run, 'unavailable', { why: `${describeError(error)}, ${begun.attempt} tries` });
}

function endOf(result: Result, recording: Recording, why?: string): RunEnd {
  if (recording.state === 'lost' || recording.state === 'again') {
    return { state: 'off', cause: 'lost' };
  }
  return { state: 'result', result, recording, ...(why !== undefined && { why }) };
}
