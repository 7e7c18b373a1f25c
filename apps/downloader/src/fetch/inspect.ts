import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry } from '@chatlane/downloads';
import type { Inspection } from './content/inspect-content.js';

/**
 * Looks into a whole file, in a thread that can be ended.
 *
 * @throws InspectionStopped when that took too long or too much memory, or the signal's reason
 */
export type Inspect = (
  request: DownloadRequest,
  path: string,
  job: Pick<DownloadTry, 'signal'>,
) => Promise<Inspection>;
