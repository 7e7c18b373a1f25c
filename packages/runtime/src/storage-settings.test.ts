import { z } from 'zod';
import { ConfigError, readConfig } from './config.js';
import {
  readStorage,
  storageSecrets,
  storageSettings,
  withStorageRules,
} from './storage-settings.js';

const schema = withStorageRules(z.object(storageSettings));
const read = (env: Record<string, string>) => readConfig(schema, env);

function faultsOf(env: Record<string, string>): string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the storage settings', () => {
  it('default to a folder', () => {
    expect(readStorage(read({}))).toEqual({ kind: 'fs', dir: 'data' });
    expect(readStorage(read({ STORAGE_DIR: '/srv/files' }))).toEqual({
      kind: 'fs',
      dir: '/srv/files',
    });
  });

  it('describe a bucket with the given keys', () => {
    const env = {
      STORAGE: 's3',
      S3_BUCKET: 'files',
      S3_ENDPOINT: 'http://127.0.0.1:9000',
      S3_SSE: 'AES256',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'hush',
      AWS_SESSION_TOKEN: 'a token',
    };
    expect(readStorage(read(env))).toMatchObject({
      kind: 's3',
      bucket: 'files',
      endpoint: 'http://127.0.0.1:9000',
      encryption: 'AES256',
      credentials: { accessKeyId: 'id', secretAccessKey: 'hush', sessionToken: 'a token' },
    });
    expect(storageSecrets(read(env))).toEqual(['hush', 'a token']);
    expect(readStorage(read({ STORAGE: 's3', S3_BUCKET: 'files' }))).not.toHaveProperty(
      'credentials',
    );
  });

  it('report all problems at once, each once, without showing a secret', () => {
    expect(
      faultsOf({
        STORAGE: 's3',
        S3_ENDPOINT: 'ftp://me:pass@host',
        S3_PREFIX: 'my files',
        S3_SSE: 'rot13',
        AWS_SECRET_ACCESS_KEY: 'hush',
      }),
    ).toEqual([
      'S3_ENDPOINT: must be a URL beginning with http:// or https://',
      'S3_PREFIX: must be names of A-Z a-z 0-9 _ . - separated by /',
      'S3_SSE: must be one of AES256, aws:kms, not "rot13"',
      'S3_BUCKET: is missing; STORAGE=s3 needs the name of a bucket',
      'AWS_SECRET_ACCESS_KEY: and AWS_ACCESS_KEY_ID belong together: set both, or neither',
    ]);
    expect(faultsOf({ STORAGE: 's3', S3_BUCKET: 'No Bucket' })).toHaveLength(1);
    expect(faultsOf({ STORAGE: 'tape' })).toEqual(['STORAGE: must be one of fs, s3, not "tape"']);
  });
});
