import { createReadStream } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { isStatus } from './s3-errors.js';
import type { FileAbout } from './storage.js';

/** Two parts are in memory at a time. With the maximum of 10,000 parts, a file can have 80 GB. */
const partBytes = 8 * 1024 * 1024;
const partsAtOnce = 2;

type Encryption = Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;
type Target = { Bucket: string; Key: string };

/** Uploads a file, in parts when it is large. A failed upload is removed before the promise rejects. */
export function createS3Upload(client: S3Client, encryption: Encryption) {
  return async function upload(
    path: string,
    target: Target,
    about: FileAbout,
    signal?: AbortSignal,
  ): Promise<void> {
    const body = createReadStream(path);
    // Upload's own abort resolves while parts are still being sent, and leaks them; after a source error it cleans up.
    const stop = (): void => void body.destroy(asError(signal?.reason));
    body.on('error', () => undefined);
    signal?.addEventListener('abort', stop, { once: true });
    const uploading = new Upload({
      client,
      partSize: partBytes,
      queueSize: partsAtOnce,
      leavePartsOnError: false,
      params: {
        ...target,
        ...encryption,
        Body: body,
        ContentType: about.type,
        Metadata: { sha256: about.sha256 },
      },
    });
    try {
      await uploading.done();
    } catch (error) {
      await abandon(client, target, uploading.uploadId);
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      body.destroy();
    }
  };
}

/** Aborts the upload itself: Upload leaves the parts behind when only the completing request failed. */
async function abandon(client: S3Client, target: Target, uploadId?: string): Promise<void> {
  if (uploadId === undefined) return;
  // If this fails as well, removeLeftovers will find the upload; the first error is the one to report.
  await client
    .send(new AbortMultipartUploadCommand({ ...target, UploadId: uploadId }))
    .catch(() => undefined);
}

/** Aborts uploads started before a time. Servers that cannot list uploads need a lifecycle rule instead. */
export async function abortOldUploads(
  client: S3Client,
  { bucket, prefix, before }: { bucket: string; prefix: string; before: number },
): Promise<number> {
  let aborted = 0;
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined =
    {};
  try {
    while (from) {
      const page: ListMultipartUploadsCommandOutput = await client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from }),
      );
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if ((Initiated?.getTime() ?? 0) > before) continue;
        await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
        aborted += 1;
      }
      from = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
    }
  } catch (error) {
    if (!isStatus(error, 405, 501)) throw error;
  }
  return aborted;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
