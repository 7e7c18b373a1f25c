import type { DownloadRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { FileKeys } from './keys.js';
import { renewScript } from './scripts.js';

/** Why a run ends before its work is done. */
export type Interruption = 'handed-back' | 'lost' | 'forgotten';

/** A request in hand: kept as long as the process lives, noticed when it is another's. */
export interface Hold {
  readonly signal: AbortSignal;
  /** Set when the signal has fired. */
  interruption(): Interruption | undefined;
  interrupt(why: Interruption, reason?: Error): void;
  end(): void;
}

export function holdOn(
  { redis, keys, leaseMs }: { redis: Redis; keys: FileKeys; leaseMs: number },
  { id, userId, media }: DownloadRequest,
  run: number,
  onTrouble: (error: unknown) => void,
): Hold {
  const controller = new AbortController();
  let why: Interruption | undefined;

  function interrupt(cause: Interruption, reason = new Error(`The download was ${cause}.`)): void {
    why ??= cause;
    controller.abort(reason);
  }
  async function renew(): Promise<void> {
    const args = [id, run, userId, media.fileUniqueId, leaseMs];
    const state = await renewScript.run(redis, keys.scope, args);
    if (state !== 'held' && !ended) interrupt(state);
  }
  let ended = false;
  const timer = setInterval(() => void renew().catch(onTrouble), leaseMs / 3);
  return {
    signal: controller.signal,
    interruption: () => why,
    interrupt,
    end() {
      ended = true;
      clearInterval(timer);
    },
  };
}
