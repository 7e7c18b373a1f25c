import type { Priority } from '../interceptor.js';
import type { Pauses } from '../pauses/pauses.js';
import type { WideScopes } from '../pauses/wide-scopes.js';
import type { SendBudgets } from './budgets.js';
import type { GroupPace } from './group-pace.js';
import { sleep } from './sleep.js';
import type { Traffic } from './traffic.js';

/** After a scope has opened, what is less urgent gives way for so many milliseconds. */
const YIELD_MS: Readonly<Record<Priority, number>> = {
  reply: 0,
  notification: 250,
  bulk: 500,
  progress: 0,
};

/** The rest of a turn whose bulk calls found no place in the budget in time. */
const BUDGET_FULL_MS = 1_000;

/** Why a call has to wait longer than it may. */
export class WaitTooLong extends Error {
  override readonly name = 'WaitTooLong';
  constructor(
    readonly scope: string,
    readonly waitMs: number,
  ) {
    super(`${scope} must wait ${Math.ceil(waitMs)} ms more`);
  }
}

/** A call's permission to leave. */
export interface Permission {
  /** Scopes for which this call is the probe. */
  readonly probes: readonly string[];
}

export interface WaitLimits {
  /** How long pauses may be waited for, by `performance.now()`. */
  readonly untilMs: number;
  /** The same for a place in a budget. */
  readonly budgetUntilMs: number;
  readonly signal: AbortSignal;
  /** A pause begins to be waited for. */
  onPaused(waitMs: number): void;
}

/** Says when calls may leave: pauses first, then the pace of groups and the budgets. */
export interface Admission {
  /** Permits a call that has nothing to wait for, without asking Redis. */
  tryNow(traffic: Traffic): boolean;
  /** Milliseconds that a call would have to wait at least. */
  waitMs(traffic: Traffic): number;
  /** @throws WaitTooLong; the signal's AbortError */
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

  /** The first scope that holds the call back; those for which it may probe are added to `probes`. */
  async function obstacle(
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
        const pause = await obstacle(traffic, probes);
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
