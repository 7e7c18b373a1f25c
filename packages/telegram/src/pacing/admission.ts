import type { Priority } from '../interceptor.js';
import type { Pauses } from '../pauses/pauses.js';
import type { WideScopes } from '../pauses/wide-scopes.js';
import type { SendBudgets } from './budgets.js';
import type { GroupPace } from './group-pace.js';
import { sleep } from './sleep.js';
import type { Traffic } from './traffic.js';

/** After a scope has opened, less urgent calls wait this many milliseconds longer to let others go first. */
const YIELD_MS: Readonly<Record<Priority, number>> = {
  reply: 0,
  notification: 250,
  bulk: 500,
  progress: 0,
};

/** How long a lane rests when a bulk call of its turn did not get a place in the budget in time. */
const BUDGET_FULL_MS = 1_000;

/** The call would have to wait longer than it may. */
export class WaitTooLong extends Error {
  override readonly name = 'WaitTooLong';
  constructor(
    readonly scope: string,
    readonly waitMs: number,
  ) {
    super(`${scope} must wait ${Math.ceil(waitMs)} ms longer`);
  }
}

/** Permission to send a call. */
export interface Permission {
  /** Scopes that this call probes. */
  readonly probes: readonly string[];
}

/** How long a call may wait. */
export interface WaitLimits {
  /** Deadline for waiting out pauses, in `performance.now()` time. */
  readonly untilMs: number;
  /** Deadline for waiting for the budgets. */
  readonly budgetUntilMs: number;
  readonly signal: AbortSignal;
  /** Called when the call begins to wait out a pause. */
  onPaused(waitMs: number): void;
}

/** Decides when calls may be sent: pauses come first, then the pace of groups, then the budgets. */
export interface Admission {
  /** Admits a call that has nothing to wait for, without a round trip to Redis. */
  tryNow(traffic: Traffic): boolean;
  /** The minimum wait of a call, in milliseconds. */
  waitMs(traffic: Traffic): number;
  /** Resolves when the call may be sent. Rejects with WaitTooLong, or with the signal's reason. */
  wait(traffic: Traffic, waitLimits: WaitLimits): Promise<Permission>;
}

interface AdmissionOptions {
  pauses: Pauses;
  wideScopes: WideScopes;
  groupPace: GroupPace;
  budgets: SendBudgets;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { pauses, wideScopes, groupPace, budgets } = options;

  function paceMs({ chat, isGroup, messages }: Traffic): number {
    if (chat === undefined || !isGroup || messages === 0) return 0;
    return groupPace.waitMs(chat, messages);
  }

  function leave({ chat, isGroup, messages }: Traffic): void {
    if (chat !== undefined && isGroup && messages > 0) groupPace.take(chat, messages);
  }

  /** The first scope that blocks the call. Scopes that it may probe are added to `probes`. */
  async function blockingScope(
    { scopes, priority }: Traffic,
    probes: Set<string>,
  ): Promise<{ scope: string; waitMs: number } | undefined> {
    for (const scope of scopes) {
      if (probes.has(scope) && wideScopes.isOnProbation(scope)) continue;
      if (scope.startsWith('chat ')) {
        const waitMs = pauses.leftMs(scope);
        if (waitMs > 0) return { scope, waitMs };
        continue;
      }
      const passage = await wideScopes.ask(scope, priority);
      if (passage === 'probe') probes.add(scope);
      else if (passage !== 'open') return { scope, ...passage };
    }
    return undefined;
  }

  async function untilOpen(scope: string, waitMs: number, waitLimits: WaitLimits): Promise<void> {
    await sleep(waitMs, waitLimits.signal, (wake) =>
      pauses.onChange((changed) => {
        if (changed === scope) wake();
      }),
    );
  }

  return {
    tryNow(traffic) {
      if (traffic.scopes.some((scope) => pauses.leftMs(scope) > 0)) return false;
      if (paceMs(traffic) > 0 || !budgets.tryTake(traffic)) return false;
      leave(traffic);
      return true;
    },
    waitMs: (traffic) =>
      Math.max(paceMs(traffic), ...traffic.scopes.map((scope) => pauses.leftMs(scope))),
    async wait(traffic, waitLimits) {
      const probes = new Set<string>();
      let isInBudget = false;
      for (;;) {
        const pause = await blockingScope(traffic, probes);
        const pace = { scope: `chat ${traffic.chat}`, waitMs: paceMs(traffic) };
        const held = pause ?? (pace.waitMs > 0 ? pace : undefined);
        if (held === undefined && isInBudget) break;
        if (held === undefined) {
          if (!(await budgets.take(traffic, waitLimits.signal, waitLimits.budgetUntilMs))) {
            throw new WaitTooLong(traffic.priority, BUDGET_FULL_MS);
          }
          isInBudget = true;
          continue;
        }
        const { scope, waitMs } = held;
        if (performance.now() + waitMs > waitLimits.untilMs) throw new WaitTooLong(scope, waitMs);
        if (pause) waitLimits.onPaused(waitMs);
        await untilOpen(scope, waitMs, waitLimits);
        if (!scope.startsWith('chat ') && wideScopes.isOpen(scope)) {
          await sleep(YIELD_MS[traffic.priority], waitLimits.signal);
        }
      }
      leave(traffic);
      return { probes: [...probes] };
    },
  };
}
