import type { z } from 'zod';
import { setting, type TextForm } from './settings.js';

const bucketForm: TextForm = {
  pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  rule: 'the name of a bucket, 3 to 63 of a-z 0-9 . -',
};

const prefixForm: TextForm = {
  pattern: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\/?$/,
  rule: 'names of A-Z a-z 0-9 _ . - separated by /',
};

const encryptions = ['AES256', 'aws:kms'] as const;

/** Settings of the file storage, to be spread into a schema. Use them with `withStorageRules` and `readStorage`. */
export const storageSettings = {
  STORAGE: setting.oneOf(['fs', 's3'], 'fs'),
  STORAGE_DIR: setting.text('data'),
  S3_BUCKET: setting.text(undefined, bucketForm).optional(),
  S3_ENDPOINT: setting.url().optional(),
  S3_PUBLIC_ENDPOINT: setting.url().optional(),
  S3_REGION: setting.text().optional(),
  S3_PREFIX: setting.text(undefined, prefixForm).optional(),
  S3_SSE: setting.oneOf(encryptions).optional(),
  S3_KMS_KEY_ID: setting.text().optional(),
  AWS_ACCESS_KEY_ID: setting.secret().optional(),
  AWS_SECRET_ACCESS_KEY: setting.secret().optional(),
  AWS_SESSION_TOKEN: setting.secret().optional(),
};

interface StorageReadings {
  STORAGE: 'fs' | 's3';
  STORAGE_DIR: string;
  S3_BUCKET?: string | undefined;
  S3_ENDPOINT?: string | undefined;
  S3_PUBLIC_ENDPOINT?: string | undefined;
  S3_REGION?: string | undefined;
  S3_PREFIX?: string | undefined;
  S3_SSE?: (typeof encryptions)[number] | undefined;
  S3_KMS_KEY_ID?: string | undefined;
  AWS_ACCESS_KEY_ID?: string | undefined;
  AWS_SECRET_ACCESS_KEY?: string | undefined;
  AWS_SESSION_TOKEN?: string | undefined;
}

/** The kind of storage and its options, as `createStorage` of @chatlane/storage accepts them. */
export type StoragePlace =
  | { kind: 'fs'; dir: string }
  | {
      kind: 's3';
      bucket: string;
      endpoint: string | undefined;
      publicEndpoint: string | undefined;
      region: string | undefined;
      prefix: string | undefined;
      encryption: (typeof encryptions)[number] | undefined;
      kmsKeyId: string | undefined;
      /** When absent, the AWS SDK looks up credentials itself. */
      credentials?: {
        accessKeyId: string;
        secretAccessKey: string;
        sessionToken: string | undefined;
      };
    };

/** Adds the rules between these settings to a schema that contains them. */
export function withStorageRules<S extends z.ZodType<StorageReadings>>(schema: S): S {
  return schema
    .refine((read) => read.STORAGE !== 's3' || read.S3_BUCKET !== undefined, {
      path: ['S3_BUCKET'],
      message: 'is missing; STORAGE=s3 needs the name of a bucket',
      when: () => true,
    })
    .refine((read) => !read.AWS_ACCESS_KEY_ID === !read.AWS_SECRET_ACCESS_KEY, {
      path: ['AWS_SECRET_ACCESS_KEY'],
      message: 'and AWS_ACCESS_KEY_ID belong together: set both, or neither',
      when: () => true,
    });
}

/** The values of these settings that must never be shown. */
export function storageSecrets(read: StorageReadings): string[] {
  return [read.AWS_SECRET_ACCESS_KEY, read.AWS_SESSION_TOKEN].filter(
    (secret) => secret !== undefined,
  );
}

/** Combines these settings into one object. */
export function readStorage(read: StorageReadings): StoragePlace {
  if (read.STORAGE === 'fs') return { kind: 'fs', dir: read.STORAGE_DIR };
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = read;
  return {
    kind: 's3',
    bucket: read.S3_BUCKET ?? '',
    endpoint: read.S3_ENDPOINT,
    publicEndpoint: read.S3_PUBLIC_ENDPOINT,
    region: read.S3_REGION,
    prefix: read.S3_PREFIX,
    encryption: read.S3_SSE,
    kmsKeyId: read.S3_KMS_KEY_ID,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, sessionToken },
      }),
  };
}
