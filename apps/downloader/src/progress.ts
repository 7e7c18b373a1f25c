import type { DownloadRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { sleep } from '@chatlane/runtime';
import { NeverRetryError, RetryAfterError } from '@chatlane/telegram';

/** The minimum interval between edits in one chat, across all downloaders. */
const EVERY_MS = 1_000;
/** Polling interval for the edit lock. */
const POLL_EVERY_MS = 200;
/** How long to wait for an edit in progress once the file has arrived. */
const LAST_EDIT_MS = 3_000;

export interface ProgressOptions {
  redis: Pick<Redis, 'set'>;
  /** The name of the deployment. */
  name: string;
  edit: (
    message: { chatId: number; messageId: number; text: string; businessConnectionId?: string },
    signal: AbortSignal,
  ) => Promise<unknown>;
}

/** Edits messages to show users the progress of their files. */
export interface Progress {
  report(request: DownloadRequest, received: number, size?: number): void;
  /** Resolves when all edits have ended, so that the event about the file comes last. */
  end(requestId: string): Promise<void>;
}

interface Watched {
  text: string;
  shown: string;
  /** Aborted when nothing more is to be shown. */
  over: AbortController;
  running: Promise<void>;
}

/** Shows the latest state only. Best effort: failed edits are ignored. */
export function createProgress({ redis, name, edit }: ProgressOptions): Progress {
  const watched = new Map<string, Watched>();

  /** One key per chat, which expires when the next edit is allowed. */
  async function mayEdit(chatId: number): Promise<boolean> {
    const key = `{${name}}:progress:${chatId}`;
    return (await redis.set(key, '1', 'PX', EVERY_MS, 'NX')) === 'OK';
  }

  async function show({ address, progress }: DownloadRequest, watch: Watched): Promise<void> {
    const chatId = address.chat.id;
    const { businessConnectionId } = address;
    const message = {
      chatId,
      messageId: progress!.messageId,
      ...(businessConnectionId !== undefined && { businessConnectionId }),
    };
    const { signal } = watch.over;
    while (watch.text !== watch.shown && !signal.aborted) {
      if (!(await mayEdit(chatId))) {
        await sleep(POLL_EVERY_MS, signal);
        continue;
      }
      if (signal.aborted) return;
      const { text } = watch;
      watch.shown = text;
      // The watch's own signal is not used, because Telegram may still carry out an aborted edit.
      const late = AbortSignal.timeout(10 * LAST_EDIT_MS);
      await edit({ ...message, text }, late).catch((error: unknown) => {
        if (error instanceof NeverRetryError) watch.over.abort();
        if (!(error instanceof RetryAfterError)) return undefined;
        return redis.set(`{${name}}:progress:${chatId}`, '1', 'PX', error.retryAfterMs);
      });
    }
  }

  return {
    report(request, received, size) {
      if (!request.progress) return;
      const text = filled(request.progress.text, received, size);
      const known = watched.get(request.id);
      if (known) {
        known.text = text;
        return;
      }
      const watch: Watched = {
        text,
        shown: '',
        over: new AbortController(),
        running: Promise.resolve(),
      };
      watched.set(request.id, watch);
      watch.running = run(request, watch);
    },
    async end(requestId) {
      const watch = watched.get(requestId);
      if (!watch) return;
      watched.delete(requestId);
      watch.over.abort();
      const waited = new AbortController();
      const late = sleep(LAST_EDIT_MS, waited.signal).catch(() => undefined);
      await Promise.race([watch.running, late]);
      waited.abort();
    },
  };

  async function run(request: DownloadRequest, watch: Watched): Promise<void> {
    const { signal } = watch.over;
    while (!signal.aborted) {
      try {
        await show(request, watch);
        await sleep(POLL_EVERY_MS, signal);
      } catch {
        // Redis is unavailable, or the download has ended; the display waits.
        await sleep(EVERY_MS, signal).catch(() => undefined);
      }
    }
  }
}

function filled(text: string, received: number, size: number | undefined): string {
  const percent = size ? String(Math.min(100, Math.floor((received / size) * 100))) : '?';
  return text
    .replaceAll('{percent}', percent)
    .replaceAll('{received}', bytes(received))
    .replaceAll('{size}', size === undefined ? '?' : bytes(size));
}

/** As Telegram counts: 1 MB is 2^20 bytes. */
function bytes(count: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = count;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit += 1) value /= 1_024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
