import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry } from '@chatlane/downloads';
import type { Inspection } from './content/inspect-content.js';

/**
 * Inspects a complete file, in a thread that can be terminated.
 *
 * @throws InspectionStopped when that took too much time or memory, or the signal's reason
 */
export type Inspect = (
  request: DownloadRequest,
  path: string,
  job: Pick<DownloadTry, 'signal'>,
) => Promise<Inspection>;
