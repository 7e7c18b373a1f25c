import { NeverRetryError, RetryAfterError, type TelegramRoad } from '@chatlane/telegram';
import { DownloadRefused, RetryLater } from '@chatlane/downloads';

/** What getFile answers: both fields may be missing. */
export interface FoundFile {
  file_path?: string | undefined;
  file_size?: number | undefined;
}

/** getFile, on the road to Telegram. */
export type GetFile = (fileId: string, signal: AbortSignal) => Promise<FoundFile>;

export function createGetFile(road: Pick<TelegramRoad, 'forTurn'>): GetFile {
  return (fileId, signal) => road.forTurn({ signal, isHeld: () => true }).getFile(fileId);
}

/** Telegram's own limit for bots that have no Bot API server of their own. */
const MOST_FOR_BOTS = 20 * 2 ** 20;

/** From this attempt on, some twenty seconds after the first, what may be a passing fault is taken for final. */
const DECISIVE_ATTEMPT = 4;

/** Whether what may be a passing fault is taken for final now. */
export function isDecisive(attempt: number, attempts: number): boolean {
  return attempt >= Math.min(DECISIVE_ATTEMPT, attempts);
}

/**
 * Asks Telegram for the way to a file; it may take minutes, as the Bot API server fetches it first.
 *
 * @param job.isDecisive false: words that may mean a passing fault are not taken as final yet
 * @throws DownloadRefused `too-big` or `expired`, RetryLater, the signal's reason
 */
export async function findFile(
  getFile: GetFile,
  fileId: string,
  job: { isDecisive: boolean; signal: AbortSignal },
): Promise<{ filePath: string; size?: number }> {
  const { file_path: filePath, file_size: size } = await getFile(fileId, job.signal).catch(
    (error: unknown) => {
      job.signal.throwIfAborted();
      throw judged(error, job.isDecisive);
    },
  );
  if (filePath === undefined) throw new Error('getFile answered without file_path');
  return { filePath, ...(size !== undefined && { size }) };
}

function judged(error: unknown, isDecisive: boolean): unknown {
  if (error instanceof RetryAfterError) return new RetryLater(error.retryAfterMs);
  if (!(error instanceof NeverRetryError)) return error;
  const { description } = error;
  if (/file is too big/i.test(description)) return new DownloadRefused('too-big', MOST_FOR_BOTS);
  // 'wrong file_id or the file is temporarily unavailable' is one answer for both.
  if (/temporarily unavailable/i.test(description) && !isDecisive) return error;
  return /file_?id|unavailable|file not found/i.test(description)
    ? new DownloadRefused('expired')
    : error;
}
