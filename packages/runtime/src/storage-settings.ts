import type { z } from 'zod';
import { setting, type TextForm } from './settings.js';

const bucketForm: TextForm = {
  pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  rule: 'the name of a bucket, 3 to 63 of a-z 0-9 . -',
};

const prefixForm: TextForm = {
  pattern: /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)*\/?$/,
  rule: 'names of A-Z a-z 0-9 _ . - with / between them',
};

const encryptions = ['AES256', 'aws:kms'] as const;

/** Settings of where files are kept, to be spread into a schema; `withStorageRules` and `readStorage` go with them. */
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

/** Which storage, and where: what `createStorage` of @chatlane/storage takes. */
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
      /** Absent: where the AWS SDK looks by itself. */
      credentials?: {
        accessKeyId: string;
        secretAccessKey: string;
        sessionToken: string | undefined;
      };
    };

/** Adds the rules between these settings to a schema that has them. */
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

/** What must never be shown of these settings. */
export function storageSecrets(read: StorageReadings): string[] {
  return [read.AWS_SECRET_ACCESS_KEY, read.AWS_SESSION_TOKEN].filter(
    (secret) => secret !== undefined,
  );
}

/** The settings as one. */
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
