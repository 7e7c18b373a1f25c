interface AwsError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Whether an error is an HTTP error with one of these statuses. */
export function isStatus(error: unknown, ...statuses: number[]): boolean {
  const status = ((error ?? {}) as AwsError).$metadata?.httpStatusCode;
  return status !== undefined && statuses.includes(status);
}

/** Adds a remedy to an S3 error. */
export function explained(error: unknown, bucket: string): unknown {
  const { name = '', message = '' } = (error ?? {}) as AwsError;
  const [code = ''] = /\b(ECONNREFUSED|ENOTFOUND)\b/.exec(message) ?? [];
  const sentence = sentences[name] ?? sentences[code] ?? (isStatus(error, 403) && forbidden);
  return sentence ? new Error(`the bucket ${bucket} ${sentence}`, { cause: error }) : error;
}

const wrongKeys = 'rejects the keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to valid ones';
const noKeys = 'needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const forbidden =
  'denies access: grant these keys the permissions listed in packages/storage/README.md';
const notFound = 'cannot be reached: set S3_ENDPOINT to the address of the S3 server';
const otherRegion = 'is in another region: set S3_REGION to it';

const sentences: Record<string, string> = {
  NoSuchBucket: 'does not exist: create it, or set S3_BUCKET to another',
  AccessDenied: forbidden,
  InvalidAccessKeyId: wrongKeys,
  SignatureDoesNotMatch: wrongKeys,
  CredentialsProviderError: noKeys,
  PermanentRedirect: otherRegion,
  AuthorizationHeaderMalformed: otherRegion,
  ENOTFOUND: notFound,
  ECONNREFUSED: notFound,
};
