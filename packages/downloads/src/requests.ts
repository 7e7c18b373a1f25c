import type { DownloadRequest, ForgetRequest } from '@chatlane/contracts';

/** The kinds of requests that a worker sends to the downloads. */
export type FileJobKind = 'download' | 'forget';

/**
 * Parses a request from an outbox.
 *
 * @throws TypeError when it is invalid, because it would otherwise be retried forever
 */
export function readRequest(kind: 'download', from: DownloadRequest | string): DownloadRequest;
export function readRequest(kind: 'forget', from: ForgetRequest | string): ForgetRequest;
export function readRequest(
  kind: FileJobKind,
  from: DownloadRequest | ForgetRequest | string,
): DownloadRequest | ForgetRequest {
  const request = (typeof from === 'string' ? JSON.parse(from) : from) as Partial<DownloadRequest>;
  const fault = faultOf(kind, request);
  if (fault) throw new TypeError(`This is not a request of kind ${kind}: ${fault}.`);
  return request as DownloadRequest;
}

function faultOf(kind: FileJobKind, request: Partial<DownloadRequest>): string | undefined {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(String(request.id)))
    return 'its id contains invalid characters';
  if (!Number.isSafeInteger(request.userId)) return 'userId is not a whole number';
  if (!Number.isFinite(request.requestedAt)) return 'requestedAt is not a time';
  if (typeof request.address?.lane !== 'string') return 'its address has no lane';
  if (kind === 'forget') return undefined;
  const { media, sharedQuota } = request;
  if (sharedQuota !== undefined && !/^[A-Za-z0-9:-]{1,64}$/.test(String(sharedQuota))) {
    return 'its sharedQuota contains invalid characters';
  }
  if (typeof media?.fileId !== 'string' || media.fileId === '') return 'media has no fileId';
  if (typeof media.fileUniqueId !== 'string' || media.fileUniqueId === '') {
    return 'media has no fileUniqueId';
  }
  return undefined;
}
