import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { createDeadline } from '../deadline.js';
import { askClamd, readClamAvAddress } from './clamd.js';
import type { Scan } from './scan.js';

const CHUNK = 128 * 1024;

/** clamd unpacks at most 100 nested archives (clamd.conf(5), MaxRecursion). */
const TOO_DEEP = 105;

export interface ClamAvOptions {
  /** CLAMAV_ADDRESS: `unix:/run/clamav/clamd.ctl`, or `host:port`. */
  address: string;
  timeoutMs: number;
}

/** Scans files with clamd. */
export function createClamAv({ address, timeoutMs }: ClamAvOptions): Scan {
  const where = readClamAvAddress(address);
  if (!where) throw new TypeError('address must be unix:/path or host:port');

  async function scanContent(content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<string> {
    const deadline = createDeadline(timeoutMs);
    try {
      return await askClamd(where!, content, AbortSignal.any([signal, deadline.signal]));
    } catch (error) {
      signal.throwIfAborted();
      const { code, name, message } = error as NodeJS.ErrnoException;
      throw noVerdict(typeof code === 'string' ? code : name === 'Error' ? message : name, error);
    } finally {
      deadline.stop();
    }
  }

  return {
    async scan(path, signal) {
      const content = createReadStream(path, { highWaterMark: CHUNK });
      return verdict(await scanContent(content, signal));
    },
    async check(signal) {
      let deep = Buffer.from('a probe');
      for (let depth = 0; depth < TOO_DEEP; depth += 1) deep = gzipSync(deep);
      const answer = await scanContent(Readable.from([deep]), signal);
      if (beyondLimits.test(answer)) return undefined;
      // An error or any other finding also means that clamd does not pass the file.
      if (verdict(answer) !== undefined) return undefined;
      return 'clamd passes files beyond its limits without scanning them: set AlertExceedsMax yes in its clamd.conf, and MaxFileSize and MaxScanSize to DOWNLOAD_MAX_BYTES';
    },
  };
}

/** clamd's answer, with `AlertExceedsMax yes`, for a file that it has not scanned completely. */
const beyondLimits = /^stream: Heuristics\.Limits\.Exceeded\.?(\w*)/;

function verdict(answer: string): string | undefined {
  const line = answer.replaceAll('\0', '').trim();
  if (/^stream: OK$/.test(line)) return undefined;
  const [, limit] = beyondLimits.exec(line) ?? [];
  if (limit !== undefined) throw noVerdict(`the file is beyond its ${limit || 'limits'}`);
  const found = /^stream: (.+) FOUND$/.exec(line)?.[1];
  if (found !== undefined) return found.slice(0, 200);
  if (/size limit exceeded/i.test(line)) {
    throw noVerdict(
      'the file is longer than its StreamMaxLength, which must be at least DOWNLOAD_MAX_BYTES',
    );
  }
  throw noVerdict(line === '' ? 'no answer' : 'clamd reported an error');
}

function noVerdict(why: string, cause?: unknown): Error {
  return new Error(`clamd at CLAMAV_ADDRESS gives no verdict (${why})`, { cause });
}
