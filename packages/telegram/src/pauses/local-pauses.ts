import type { PauseEntry } from './pauses.js';

/** A shared pause is read every second; differences up to this are network jitter, not changes. */
const SAME_MS = 250;

/** The pauses that one process knows, timed by its monotonic clock. */
export interface LocalPauses {
  leftMs(scope: string): number;
  since(scope: string): number | undefined;
  pause(scope: string, forMs: number, why: string): void;
  /** Overwrites a scope's pause with the shared one, even if that is shorter. */
  adopt(entry: PauseEntry): void;
  /** Returns false if the scope was not paused. */
  lift(scope: string): boolean;
  mayProbe(scope: string, everyMs: number): boolean;
  list(): PauseEntry[];
  onChange(listener: (scope: string) => void): () => void;
}

interface Pause {
  untilMs: number;
  sinceMs: number;
  why: string;
}

export function createLocalPauses(): LocalPauses {
  const pauses = new Map<string, Pause>();
  const probes = new Map<string, number>();
  const listeners = new Set<(scope: string) => void>();

  function current(scope: string): Pause | undefined {
    const pause = pauses.get(scope);
    if (pause === undefined || pause.untilMs > performance.now()) return pause;
    pauses.delete(scope);
    return undefined;
  }

  function set(scope: string, pause: Pause): void {
    const before = current(scope)?.untilMs ?? 0;
    pauses.set(scope, pause);
    if (Math.abs(before - pause.untilMs) > SAME_MS) notify(scope);
  }

  function notify(scope: string): void {
    for (const listener of listeners) listener(scope);
  }

  return {
    leftMs(scope) {
      const pause = pauses.size === 0 ? undefined : current(scope);
      return pause === undefined ? 0 : Math.max(0, pause.untilMs - performance.now());
    },
    since(scope) {
      const pause = current(scope);
      return pause && performance.now() - pause.sinceMs;
    },
    pause(scope, forMs, why) {
      const now = performance.now();
      const before = current(scope);
      const untilMs = Math.max(before?.untilMs ?? 0, now + forMs);
      set(scope, { untilMs, sinceMs: before?.sinceMs ?? now, why });
    },
    adopt({ scope, leftMs, sinceMs, why }) {
      const now = performance.now();
      set(scope, { untilMs: now + leftMs, sinceMs: now - sinceMs, why });
    },
    lift(scope) {
      if (current(scope) === undefined) return false;
      pauses.delete(scope);
      notify(scope);
      return true;
    },
    mayProbe(scope, everyMs) {
      const now = performance.now();
      for (const [other, untilMs] of probes) if (untilMs <= now) probes.delete(other);
      if (probes.has(scope)) return false;
      probes.set(scope, now + everyMs);
      return true;
    },
    list() {
      const now = performance.now();
      for (const scope of pauses.keys()) current(scope);
      return [...pauses]
        .map(([scope, { untilMs, sinceMs, why }]) => ({
          scope,
          leftMs: Math.ceil(untilMs - now),
          sinceMs: Math.floor(now - sinceMs),
          why,
        }))
        .filter(({ leftMs }) => leftMs > 0)
        .sort((one, other) => other.leftMs - one.leftMs);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
