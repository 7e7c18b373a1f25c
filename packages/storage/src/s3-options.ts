/** An S3 bucket, at Amazon's or a server that speaks its protocol. */
export interface S3StorageOptions {
  bucket: string;
  /** URL of a server other than Amazon's, which is then asked by path: `<endpoint>/<bucket>/<key>`. */
  endpoint?: string | undefined;
  /** URL under which people reach that server, when it is another: links begin with it. */
  publicEndpoint?: string | undefined;
  /** Default `us-east-1`. */
  region?: string | undefined;
  /** Begins every key, so that a bucket can be shared. */
  prefix?: string | undefined;
  /** Default: where the AWS SDK looks by itself (environment, profile, role of the machine). */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };
  /** Encryption by the server: with its own key, or one of its KMS. Default: as the bucket is set up. */
  encryption?: 'AES256' | 'aws:kms' | undefined;
  /** The KMS key; default: the account's for S3. */
  kmsKeyId?: string | undefined;
}
