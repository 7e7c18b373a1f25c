import type { DownloadRequest } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { FileKeys } from './keys.js';
import { renewScript } from './scripts.js';

/** Why a run ends early. */
export type Interruption = 'handed-back' | 'lost' | 'forgotten';

/** A run's lease on its request, renewed as long as the process lives. */
export interface RequestLease {
  /** Aborted when the run has to end. */
  readonly signal: AbortSignal;
  /** Set once the signal is aborted. */
  interruption(): Interruption | undefined;
  /** Aborts the signal. */
  interrupt(why: Interruption, reason?: Error): void;
  /** Stops renewing the lease. */
  end(): void;
}

/** Renews a run's lease every third of `leaseMs`, and interrupts the run when the lease is lost. */
export function leaseRequest(
  { redis, keys, leaseMs }: { redis: Redis; keys: FileKeys; leaseMs: number },
  { id, userId, media }: DownloadRequest,
  run: number,
  onTrouble: (error: unknown) => void,
): RequestLease {
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
