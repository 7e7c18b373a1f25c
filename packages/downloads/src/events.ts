import type {
  DownloadRequest,
  FileFailed,
  FileFailure,
  FileFailureReason,
  FileReady,
  InternalEvent,
  StoredFile,
} from '@chatlane/contracts';

/** The result of one request, kept until its event is delivered. */
export interface Result {
  request: DownloadRequest;
  file?: StoredFile;
  failure?: FileFailure;
}

export function failureOf(
  { media }: DownloadRequest,
  reason: FileFailureReason,
  mostBytes?: number,
): FileFailure {
  const { fileUniqueId: id, fileId, kind, name } = media;
  return {
    id,
    fileId,
    kind,
    ...(name !== undefined && { name }),
    reason,
    ...(mostBytes !== undefined && { mostBytes }),
  };
}

/** The event for one request. Later rounds have ids of their own, because a lane accepts an id only once. */
export function eventOf(result: Result, round: number): InternalEvent {
  const { id } = result.request;
  return event(round > 0 ? `file.${id}.${round}` : `file.${id}`, [result]);
}

/** The event for a batch of an album. */
export function albumEventOf(album: string, batch: number, results: Result[]): InternalEvent {
  return event(`album.${album}.${batch}`, results);
}

function event(id: string, results: Result[]): InternalEvent {
  const [first] = results as [Result];
  const { id: request, address, label, mediaGroupId } = first.request;
  const files = results.flatMap(({ file }) => file ?? []);
  const failures = results.flatMap(({ failure }) => failure ?? []);
  const about = {
    request,
    address,
    ...(label !== undefined && { label }),
    ...(mediaGroupId !== undefined && { mediaGroupId }),
    failures,
  } satisfies FileFailed;
  if (files.length === 0) return { type: 'internal', id, kind: 'file_failed', payload: about };
  const payload: FileReady = { ...about, files };
  return { type: 'internal', id, kind: 'file_ready', payload };
}
