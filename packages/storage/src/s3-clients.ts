import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3StorageOptions } from './s3-options.js';

/** A client to work with, and one that signs links under the address people reach the server by. */
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
    // The SDK's default, a CRC32 trailer, is unknown to many servers; each part is signed with its SHA-256 anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
  };
  const under = (url: string | undefined): S3Client =>
    new S3Client({ ...config, ...(url && { endpoint: url, forcePathStyle: true }) });
  return { client: under(endpoint), linkClient: under(publicEndpoint) };
}
