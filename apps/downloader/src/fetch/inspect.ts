import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry } from '@chatlane/downloads';
import type { Inspection } from './content/inspect-content.js';

/**
 * Inspects a complete file, in a thread that can be terminated.
 *
 * @throws InspectionStopped when the inspection takes too much time or memory; the signal's reason when it is aborted
 */
export type Inspect = (
  request: DownloadRequest,
  path: string,
  job: Pick<DownloadTry, 'signal'>,
) => Promise<Inspection>;
