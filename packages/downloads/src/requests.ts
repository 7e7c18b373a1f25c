import type { DownloadRequest, ForgetRequest } from '@chatlane/contracts';

/** What a worker has to say to the downloads. */
export type FileJobKind = 'download' | 'forget';

/**
 * A request as it comes out of an outbox.
 *
 * @throws TypeError when it is none: it would be put off for ever
 */
export function readRequest(kind: 'download', from: DownloadRequest | string): DownloadRequest;
export function readRequest(kind: 'forget', from: ForgetRequest | string): ForgetRequest;
export function readRequest(
  kind: FileJobKind,
  from: DownloadRequest | ForgetRequest | string,
): DownloadRequest | ForgetRequest {
  const request = (typeof from === 'string' ? JSON.parse(from) : from) as Partial<DownloadRequest>;
  const fault = faultOf(kind, request);
  if (fault) throw new TypeError(`This is no request of the kind ${kind}: ${fault}.`);
  return request as DownloadRequest;
}

function faultOf(kind: FileJobKind, request: Partial<DownloadRequest>): string | undefined {
  if (!/^[A-Za-z0-9._-]{1,200}$/.test(String(request.id))) return 'its id has other characters';
  if (!Number.isSafeInteger(request.userId)) return 'userId is no whole number';
  if (!Number.isFinite(request.requestedAt)) return 'requestedAt is no time';
  if (typeof request.address?.lane !== 'string') return 'its address has no lane';
  if (kind === 'forget') return undefined;
  const { media, sharedQuota } = request;
  if (sharedQuota !== undefined && !/^[A-Za-z0-9:-]{1,64}$/.test(String(sharedQuota))) {
    return 'its sharedQuota has other characters';
  }
  if (typeof media?.fileId !== 'string' || media.fileId === '') return 'media has no fileId';
  if (typeof media.fileUniqueId !== 'string' || media.fileUniqueId === '') {
    return 'media has no fileUniqueId';
  }
  return undefined;
}
