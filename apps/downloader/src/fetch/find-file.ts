import { DownloadRefused, RetryLater, type DownloadRequest } from '@chatlane/contracts';
import { NeverRetryError, RetryAfterError, type TelegramClient } from '@chatlane/telegram';

/** Telegram's limit for bots without a Bot API server of their own. */
const MOST_FOR_BOTS = 20 * 2 ** 20;

/** The location of a file, as returned by getFile. */
export interface FoundFile {
  filePath: string;
  /** Bytes. */
  size?: number;
}

/**
 * Asks Telegram for a file's location. This may take minutes, because the Bot API server fetches the file first.
 *
 * @param job.isDecisive false: errors that could be temporary are not final yet
 * @throws DownloadRefused `too-big` or `expired`, RetryLater, the signal's reason
 */
export type FindFile = (
  request: DownloadRequest,
  job: { isDecisive: boolean; signal: AbortSignal },
) => Promise<FoundFile>;

export function createFindFile(client: Pick<TelegramClient, 'forTurn'>): FindFile {
  return async ({ media }, { isDecisive, signal }) => {
    const { file_path: filePath, file_size: size } = await client
      .forTurn({ signal, isHeld: () => true })
      .getFile(media.fileId)
      .catch((error: unknown) => {
        signal.throwIfAborted();
        throw classified(error, isDecisive);
      });
    if (filePath === undefined) throw new Error('getFile answered without file_path');
    return { filePath, ...(size !== undefined && { size }) };
  };
}

function classified(error: unknown, isDecisive: boolean): unknown {
  if (error instanceof RetryAfterError) return new RetryLater(error.retryAfterMs);
  if (!(error instanceof NeverRetryError)) return error;
  const { description } = error;
  if (/file is too big/i.test(description)) return new DownloadRefused('too-big', MOST_FOR_BOTS);
  // Telegram sends the same error, 'wrong file_id or the file is temporarily unavailable', in both cases.
  if (/temporarily unavailable/i.test(description) && !isDecisive) return error;
  return /file_?id|unavailable|file not found/i.test(description)
    ? new DownloadRefused('expired')
    : error;
}
