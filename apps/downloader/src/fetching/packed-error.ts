import {
  DownloadHandedBack,
  DownloadRefused,
  InspectionStopped,
  RetryLater,
} from '@chatlane/contracts';

/** A serialized error: structured cloning would lose its class and fields. */
export type PackedError =
  | { is: 'refused'; reason: DownloadRefused['reason']; mostBytes: number | undefined }
  | { is: 'later'; afterMs: number }
  | { is: 'handed-back' | 'stopped' }
  | { is: 'other'; name: string; message: string; stack?: string; code?: string };

/** Serializes an error. */
export function packError(error: unknown): PackedError {
  if (error instanceof DownloadRefused) {
    return { is: 'refused', reason: error.reason, mostBytes: error.mostBytes };
  }
  if (error instanceof RetryLater) return { is: 'later', afterMs: error.afterMs };
  if (error instanceof DownloadHandedBack) return { is: 'handed-back' };
  if (error instanceof InspectionStopped) return { is: 'stopped' };
  if (!(error instanceof Error)) return { is: 'other', name: 'Error', message: 'unknown error' };
  const { name, message, stack } = error;
  const { code } = error as { code?: unknown };
  return {
    is: 'other',
    name,
    message,
    ...(stack !== undefined && { stack }),
    ...(typeof code === 'string' && { code }),
  };
}

/** Restores a serialized error with its class. */
export function unpackError(packed: PackedError): Error {
  switch (packed.is) {
    case 'refused':
      return new DownloadRefused(packed.reason, packed.mostBytes);
    case 'later':
      return new RetryLater(packed.afterMs);
    case 'handed-back':
      return new DownloadHandedBack();
    case 'stopped':
      return new InspectionStopped();
    case 'other': {
      const { name, message, stack, code } = packed;
      return Object.assign(new Error(message), { name, stack }, code === undefined ? {} : { code });
    }
  }
}
