import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { safeHeaders } from './content-disposition.js';
import { createS3Clients } from './s3-clients.js';
import { explained, isStatus } from './s3-errors.js';
import type { S3StorageOptions } from './s3-options.js';
import { abortOldUploads, createS3Upload } from './s3-upload.js';
import { checkedKey } from './storage-key.js';
import type { FileStorage, OpenFile } from './storage.js';

/** A put renews the date of the same object only when it is older than this. */
const freshMs = 60 * 60 * 1_000;

/** Stores files as objects in a bucket. An object appears only when its upload is complete. */
export function openS3Storage(options: S3StorageOptions): FileStorage & {
  link: NonNullable<FileStorage['link']>;
} {
  const { bucket } = options;
  const { client, linkClient } = createS3Clients(options);
  const prefix = options.prefix ? `${options.prefix.replace(/\/+$/, '')}/` : '';
  const at = (key: string) => ({ Bucket: bucket, Key: `${prefix}${checkedKey(key)}` });
  const encryption = {
    ServerSideEncryption: options.encryption,
    SSEKMSKeyId: options.encryption === 'aws:kms' ? options.kmsKeyId : undefined,
  };
  const upload = createS3Upload(client, encryption);

  async function head(
    key: string,
  ): Promise<{ size: number; age: number; type?: string } | undefined> {
    try {
      const found = await client.send(new HeadObjectCommand(at(key)));
      const age = Date.now() - (found.LastModified?.getTime() ?? 0);
      const type = found.ContentType;
      return { size: found.ContentLength ?? 0, age, ...(type !== undefined && { type }) };
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw explained(error, bucket);
    }
  }

  return {
    async put(key, source, about, { signal } = {}) {
      const target = at(key);
      signal?.throwIfAborted();
      const { size } = await stat(source.path);
      if (size !== about.size) {
        throw new Error(`expected a file of ${about.size} bytes, but found ${size}`);
      }
      const there = await head(key);
      if (there?.size !== size || there.age > freshMs) {
        await upload(source.path, target, about, signal).catch((error: unknown) => {
          throw explained(error, bucket);
        });
      }
      await rm(source.path, { force: true });
    },

    async get(key, range): Promise<OpenFile | undefined> {
      if (range && range.end !== undefined && range.end < range.start) return empty(key);
      const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
      try {
        const found = await client.send(new GetObjectCommand({ ...at(key), Range }));
        const type = found.ContentType;
        return {
          stream: found.Body as Readable,
          size: sizeOf(found.ContentRange) ?? found.ContentLength ?? 0,
          ...(type !== undefined && { type }),
        };
      } catch (error) {
        if (isStatus(error, 404)) return undefined;
        if (isStatus(error, 416)) return empty(key);
        throw explained(error, bucket);
      }
    },

    async stat(key) {
      const found = await head(key);
      return found && { size: found.size };
    },

    async delete(key) {
      const target = at(key);
      await client.send(new DeleteObjectCommand(target)).catch((error: unknown) => {
        if (!isStatus(error, 404)) throw explained(error, bucket);
      });
    },

    async *list(under = '') {
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + under });
      try {
        for await (const { Contents = [] } of pages) {
          for (const { Key = '', Size = 0, LastModified } of Contents) {
            const modifiedAt = LastModified?.getTime() ?? 0;
            yield { key: Key.slice(prefix.length), size: Size, modifiedAt };
          }
        }
      } catch (error) {
        throw explained(error, bucket);
      }
    },

    async link(key, { expiresInSeconds, name, type }) {
      const { contentDisposition, contentType } = safeHeaders({ name, type });
      const command = new GetObjectCommand({
        ...at(key),
        ResponseContentDisposition: contentDisposition,
        ResponseContentType: contentType,
        ResponseCacheControl: 'private, no-store',
      });
      return getSignedUrl(linkClient, command, { expiresIn: expiresInSeconds });
    },

    async check(needed = 'write') {
      try {
        await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
        if (needed === 'read') return;
        const probe = at(`probe/${randomUUID()}`);
        await client.send(new PutObjectCommand({ ...probe, ...encryption, Body: 'probe' }));
        await client.send(new DeleteObjectCommand(probe));
      } catch (error) {
        throw explained(error, bucket);
      }
    },

    async removeLeftovers(olderThanMs) {
      return abortOldUploads(client, { bucket, prefix, before: Date.now() - olderThanMs });
    },

    close() {
      client.destroy();
      linkClient.destroy();
      return Promise.resolve();
    },
  };

  async function empty(key: string): Promise<OpenFile | undefined> {
    const found = await head(key);
    return found && { stream: Readable.from([]), size: found.size };
  }
}

/** The total size in `bytes 0-9/100`. */
function sizeOf(contentRange: string | undefined): number | undefined {
  const digits = contentRange && /\/(\d+)$/.exec(contentRange)?.[1];
  return digits ? Number(digits) : undefined;
}
