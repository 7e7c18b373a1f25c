import type { DownloadRequest } from '@chatlane/contracts';
import type { FetchedFile } from '@chatlane/downloads';
import type { Inspection } from '../fetch/content/inspect-content.js';
import type { FoundFile } from '../fetch/find-file.js';
import type { Outcome, PackedError } from './outcome.js';

/*
 * Messages between the fetch thread and the main thread. Fetches are identified by numbers.
 */

/** To the fetch thread. */
export type Order =
  | { order: 'fetch'; fetch: number; request: DownloadRequest; attempt: number }
  | { order: 'stop'; fetch: number; reason: PackedError }
  | { order: 'ping'; ping: number }
  /** The reply to `inspect`. */
  | ({ order: 'inspected'; inspect: number } & Outcome<Inspection>)
  /** The reply to `find`. */
  | ({ order: 'found'; find: number } & Outcome<FoundFile>);

/** From the fetch thread. */
export type Report =
  | ({ report: 'started' } & Outcome<void>)
  | { report: 'find'; find: number; fetch: number; isDecisive: boolean }
  | { report: 'inspect'; inspect: number; fetch: number; path: string }
  | { report: 'pong'; ping: number }
  | { report: 'progress'; fetch: number; received: number; size: number | undefined }
  | ({ report: 'ended'; fetch: number } & Outcome<FetchedFile>)
  /** For the observer. */
  | { report: 'bytes'; count: number }
  | { report: 'resumed' | 'linkRenewed' | 'notQuarantined' }
  | { report: 'infected' | 'misconfigured'; about: string };
