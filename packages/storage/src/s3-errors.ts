interface AwsError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

export function isStatus(error: unknown, ...statuses: number[]): boolean {
  const status = ((error ?? {}) as AwsError).$metadata?.httpStatusCode;
  return status !== undefined && statuses.includes(status);
}

/** The error with what to do about it. */
export function told(error: unknown, bucket: string): unknown {
  const { name = '', message = '' } = (error ?? {}) as AwsError;
  const [code = ''] = /\b(ECONNREFUSED|ENOTFOUND)\b/.exec(message) ?? [];
  const sentence = sentences[name] ?? sentences[code] ?? (isStatus(error, 403) && forbidden);
  return sentence ? new Error(`the bucket ${bucket} ${sentence}`, { cause: error }) : error;
}

const wrongKeys = 'refuses the keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to valid ones';
const noKeys = 'needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
const forbidden = 'may not be used so: allow these keys what packages/storage/README.md lists';
const notFound = 'cannot be reached: set S3_ENDPOINT to the address of the S3 server';
const otherRegion = 'is in another region: set S3_REGION to it';

const sentences: Record<string, string> = {
  NoSuchBucket: 'is not there: create it, or set S3_BUCKET to another',
  AccessDenied: forbidden,
  InvalidAccessKeyId: wrongKeys,
  SignatureDoesNotMatch: wrongKeys,
  CredentialsProviderError: noKeys,
  PermanentRedirect: otherRegion,
  AuthorizationHeaderMalformed: otherRegion,
  ENOTFOUND: notFound,
  ECONNREFUSED: notFound,
};
