import type { Priority } from '../interceptor.js';
import type { Pauses } from './pauses.js';

/**
 * A pause of more than one chat is followed by so long a probation, in which one call is sent to find out whether the
 * flood is over. Nobody has to send one: at its end the scope is open.
 */
const PROBATION_MS = 30_000;

/** Within the probation another probe is sent after this time, as the one before may have been cut off. */
const PROBE_EVERY_MS = 10_000;

/** Between two questions of this process whether it may send the probe. */
const ASK_EVERY_MS = 500;

/** How a call stands with a scope of more than one chat. */
export type Passage = 'open' | 'probe' | { waitMs: number };

/** Pauses of scopes wider than a chat: `method <name>`, `bulk`, `bot`. */
export interface WideScopes {
  pause(scope: string, forMs: number, why: string): Promise<void>;
  /** From memory alone. A scope on probation is not open. */
  isOpen(scope: string): boolean;
  /** Its pause is over, and a probe may be sent. */
  isOnProbation(scope: string): boolean;
  /** `probe`: the caller's call is the one that tries whether the flood is over. Asks Redis on probation only. */
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

/** A bot that was flooded as a whole tries with a reply: what is less urgent waits for it. */
function mayProbe(scope: string, priority: Priority): boolean {
  return scope !== 'bot' || priority === 'reply' || priority === 'notification';
}
