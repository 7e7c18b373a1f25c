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

/** From this attempt on, some twenty seconds after the first, what may be a passing fault is taken for final. */
export const DECISIVE_ATTEMPT = 4;

/**
 * Asks Telegram for the way to a file; it may take minutes, as the Bot API server fetches it first.
 *
 * @param attempt from 1: before the decisive one, words that may mean a passing fault are not taken as final
 * @throws DownloadRefused `too-big` or `expired`, RetryLater, the signal's reason
 */
export async function findFile(
  getFile: GetFile,
  fileId: string,
  { attempt, signal }: { attempt: number; signal: AbortSignal },
): Promise<{ filePath: string; size?: number }> {
  const { file_path: filePath, file_size: size } = await getFile(fileId, signal).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw judged(error, attempt);
    },
  );
  if (filePath === undefined) throw new Error('getFile answered without file_path');
  return { filePath, ...(size !== undefined && { size }) };
}

function judged(error: unknown, attempt: number): unknown {
  if (error instanceof RetryAfterError) return new RetryLater(error.retryAfterMs);
  if (!(error instanceof NeverRetryError)) return error;
  const { description } = error;
  if (/file is too big/i.test(description)) return new DownloadRefused('too-big');
  // 'wrong file_id or the file is temporarily unavailable' is one answer for both.
  if (/temporarily unavailable/i.test(description) && attempt < DECISIVE_ATTEMPT) return error;
  return /file_?id|unavailable|file not found/i.test(description)
    ? new DownloadRefused('expired')
    : error;
}
