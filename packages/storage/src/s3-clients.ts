import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3StorageOptions } from './s3-options.js';

/** One client for requests, and one that signs links with the server's public address. */
export function createS3Clients(options: S3StorageOptions): {
  client: S3Client;
  linkClient: S3Client;
} {
  const { endpoint, publicEndpoint = endpoint, region = 'us-east-1', credentials } = options;
  const config: S3ClientConfig = {
    region,
    ...(credentials && {
      credentials: {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        ...(credentials.sessionToken && { sessionToken: credentials.sessionToken }),
      },
    }),
    // Many servers do not support the SDK's default, a CRC32 trailer; each part is signed with its SHA-256 anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  };
  const under = (url: string | undefined): S3Client =>
    new S3Client({ ...config, ...(url && { endpoint: url, forcePathStyle: true }) });
  return { client: under(endpoint), linkClient: under(publicEndpoint) };
}
