import type { Priority } from '../interceptor.js';
import type { Pauses } from './pauses.js';

/**
 * After its pause, a scope wider than a chat is on probation for this long: a single call probes whether the limit
 * still applies. If no call comes, the scope opens at the end of the probation.
 */
const PROBATION_MS = 30_000;

/** During probation a new probe may be sent after this time, in case the previous one was interrupted. */
const PROBE_EVERY_MS = 10_000;

/** How often this process asks Redis whether it may send the probe. */
const ASK_EVERY_MS = 500;

/** Whether a call may pass a scope: freely, as its probe, or only after a wait. */
export type Passage = 'open' | 'probe' | { waitMs: number };

/** Pauses of scopes wider than a chat: `method <name>`, `bulk`, `bot`. */
export interface WideScopes {
  /** Pauses the scope for `forMs`, followed by the probation. */
  pause(scope: string, forMs: number, why: string): Promise<void>;
  /** From memory. A scope on probation is not open. */
  isOpen(scope: string): boolean;
  /** Whether the pause is over and a probe may be sent. True also for an open scope. */
  isOnProbation(scope: string): boolean;
  /** `probe` means that the caller's call is the probe. Asks Redis only during probation. */
  ask(scope: string, priority: Priority): Promise<Passage>;
}

export function createWideScopes(pauses: Pauses): WideScopes {
  const askAgainAt = new Map<string, number>();
  return {
    pause: (scope, forMs, why) => pauses.pause(scope, forMs + PROBATION_MS, why),
    isOpen: (scope) => pauses.leftMs(scope) === 0,
    isOnProbation: (scope) => pauses.leftMs(scope) <= PROBATION_MS,
    async ask(scope, priority) {
      const leftMs = pauses.leftMs(scope);
      if (leftMs === 0) {
        askAgainAt.delete(scope);
        return 'open';
      }
      if (leftMs > PROBATION_MS) return { waitMs: leftMs - PROBATION_MS };
      const now = performance.now();
      const mayAsk = now >= (askAgainAt.get(scope) ?? 0) && mayProbe(scope, priority);
      if (!mayAsk) return { waitMs: Math.min(leftMs, ASK_EVERY_MS) };
      askAgainAt.set(scope, now + ASK_EVERY_MS);
      if (await pauses.mayProbe(scope, PROBE_EVERY_MS)) return 'probe';
      return { waitMs: Math.min(leftMs, ASK_EVERY_MS) };
    },
  };
}

/** When the whole bot was limited, only a reply or a notification may be the probe; less urgent calls wait for it. */
function mayProbe(scope: string, priority: Priority): boolean {
  return scope !== 'bot' || priority === 'reply' || priority === 'notification';
}
