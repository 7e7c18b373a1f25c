/** A bucket at Amazon or on an S3-compatible server. */
export interface S3StorageOptions {
  /** The name of the bucket, which must exist. */
  bucket: string;
  /** URL of a server other than Amazon's. It is addressed by path: `<endpoint>/<bucket>/<key>`. */
  endpoint?: string | undefined;
  /** The public URL of that server, when it differs. Links start with it. */
  publicEndpoint?: string | undefined;
  /** Default `us-east-1`. */
  region?: string | undefined;
  /** A prefix of every key, so that a bucket can be shared. */
  prefix?: string | undefined;
  /** Default: the AWS SDK's own lookup (environment, profile, machine role). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };
  /** Server-side encryption, with the server's own key or a KMS key. Default: the bucket's setting. */
  encryption?: 'AES256' | 'aws:kms' | undefined;
  /** The KMS key. Default: the account's key for S3. */
  kmsKeyId?: string | undefined;
}
