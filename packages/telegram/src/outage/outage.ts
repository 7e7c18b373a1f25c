import { setTimeout as sleep } from 'node:timers/promises';
import type { Pauses } from '../pauses/pauses.js';
import { createWaiters } from './waiters.js';

/** The scope of the shared pause that marks Telegram as unreachable for all processes. */
export const TELEGRAM_SCOPE = 'telegram';

/**
 * How long a probe waits for its response, and how long any call waits before an outage is suspected. Telegram may
 * delay a response by up to 8 s (tdlib NetQueryDelayer).
 */
export const SILENCE_MS = 10_000;

/** For this long after an outage that only this process saw, it does not pause the others. */
const DISTRUST_MS = 300_000;

/** Processes that learn at the same moment that another one reaches Telegram spread their probes over this time. */
const SPREAD_MS = 200;

/** An outage as one process sees it. */
export interface OutageState {
  /** `deployment`: no process reaches Telegram. `process`: only this one does not. */
  scope: 'deployment' | 'process';
  /** Milliseconds since the outage began. */
  sinceMs: number;
}

/** Notified when an outage begins and ends. Both methods are optional, and neither may throw. */
export interface OutageObserver {
  /** Called again if it turns out that only this process is affected. `why` is the last error that this process saw. */
  onAway?(event: { scope: OutageState['scope']; why: string | undefined }): void;
  /** The outage ended; it lasted `awayMs` milliseconds. */
  onBack?(event: { awayMs: number }): void;
}

/** Options of `createOutage`. */
export interface OutageOptions {
  pauses: Pauses;
  /** Resolves when Telegram responds, rejects when it is unreachable or rejects the token. */
  probe: () => Promise<void>;
  observer?: OutageObserver | undefined;
  /** Milliseconds between the first probes of an outage; the interval grows as the outage goes on. Default: 1,000. */
  minProbeIntervalMs?: number | undefined;
  /** The longest interval between two probes, in milliseconds. Default: 30,000. */
  maxProbeIntervalMs?: number | undefined;
}

/**
 * Tracks whether Telegram is reachable. A call that fails or gets no response raises a suspicion, which a probe
 * confirms or rules out. During an outage the shared pause `telegram` applies to all processes of the deployment, and
 * one of them at a time sends a probe until one succeeds. A process that is the only one affected pauses no others, and
 * probes by itself.
 */
export interface Outage {
  /** Starts detection. Call it after the first successful call: before that, failures do not count as an outage. */
  start(): void;
  /** Stops detection and releases all waiting calls. */
  stop(): void;
  /** Undefined while Telegram is reachable. */
  state(): OutageState | undefined;
  /** Reports that a call failed or got no response. Resolves to whether there is an outage. Never rejects. */
  suspect(): Promise<boolean>;
  /** Resolves when Telegram is reachable or the signal fires. Never rejects. */
  untilBack(signal: AbortSignal): Promise<void>;
  /** Calls the listener when an outage begins. Returns a function that removes it. */
  onAway(listener: () => void): () => void;
}

/** Creates the detection of outages; it does nothing until `start`. */
export function createOutage(options: OutageOptions): Outage {
  const {
    pauses,
    probe,
    observer = {},
    minProbeIntervalMs = 1_000,
    maxProbeIntervalMs = 30_000,
  } = options;
  const waiters = createWaiters();
  const listeners = new Set<() => void>();
  let started = false;
  let stopListening: (() => void) | undefined;
  let suspicion: Promise<boolean> | undefined;
  let isProbing = false;
  let wake: (() => void) | undefined;

  /** When this process's probes began to fail; undefined if the last one succeeded. */
  let failedAt: number | undefined;
  let reachedAt = 0;
  /** Whether another process has lifted the shared pause since then. */
  let othersReach = false;
  /** Whether this process failed to reach Telegram even after that. */
  let isAlone = false;
  let distrustedUntil = 0;

  /** When the reported outage began, in `performance.now()` time. */
  let awayAt: number | undefined;
  let why: string | undefined;

  const isPaused = (): boolean => pauses.leftMs(TELEGRAM_SCOPE) > 0;
  const isAway = (): boolean => started && (failedAt !== undefined || isPaused());

  function state(): OutageState | undefined {
    if (!isAway()) return undefined;
    const now = performance.now();
    const sinceMs = pauses.since(TELEGRAM_SCOPE) ?? now - (failedAt ?? now);
    const isOwn = !isPaused() && (isAlone || now < distrustedUntil);
    return { scope: isOwn ? 'process' : 'deployment', sinceMs };
  }

  /** Notifies the observer of a change, and releases waiting calls once Telegram is back. */
  function update(): void {
    const now = state();
    if (now && awayAt === undefined) {
      awayAt = performance.now() - now.sinceMs;
      observer.onAway?.({ scope: now.scope, why });
      for (const listener of [...listeners]) listener();
      void probeUntilBack();
    } else if (!now && awayAt !== undefined) {
      const awayMs = performance.now() - awayAt;
      awayAt = why = undefined;
      observer.onBack?.({ awayMs });
    }
    if (!now) waiters.release();
  }

  function changed(scope: string): void {
    if (scope !== TELEGRAM_SCOPE || !started) return;
    if (!isPaused()) {
      othersReach = failedAt !== undefined;
      wake?.();
    }
    update();
  }

  async function probeNow(): Promise<void> {
    try {
      await probe();
    } catch (error) {
      if (started) await failed(error);
      return;
    }
    if (!started) return;
    if (isAlone) distrustedUntil = performance.now() + DISTRUST_MS;
    failedAt = undefined;
    othersReach = isAlone = false;
    reachedAt = performance.now();
    if (isPaused()) await pauses.lift(TELEGRAM_SCOPE);
    update();
  }

  async function failed(error: unknown): Promise<void> {
    why = error instanceof Error ? error.message : 'the probe failed';
    failedAt ??= performance.now();
    if (othersReach && !isPaused() && !isAlone) {
      isAlone = true;
      observer.onAway?.({ scope: 'process', why });
    }
    if (!othersReach && performance.now() >= distrustedUntil) {
      await pauses.pause(TELEGRAM_SCOPE, 2 * (periodMs() + SILENCE_MS), why);
    }
    update();
  }

  function periodMs(): number {
    return Math.min(maxProbeIntervalMs, Math.max(minProbeIntervalMs, (state()?.sinceMs ?? 0) / 2));
  }

  async function probeUntilBack(): Promise<void> {
    if (isProbing) return;
    isProbing = true;
    while (isAway()) {
      const period = periodMs();
      const isLikelyBack = !isPaused() && othersReach && !isAlone;
      await sleepUntilLift((isLikelyBack ? SPREAD_MS : period) * (0.5 + Math.random() / 2));
      if (!isAway()) break;
      if (!isPaused() || (await pauses.mayProbe(TELEGRAM_SCOPE, period / 2))) await probeNow();
    }
    isProbing = false;
    // A pause may have expired without an event.
    update();
  }

  /** Ends early when the shared pause is lifted. */
  function sleepUntilLift(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(end, ms);
      function end(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
      wake = end;
    });
  }

  async function confirm(): Promise<boolean> {
    // A response received before the call failed proves nothing, and probes must stay as rare as in an outage.
    const restMs = reachedAt + minProbeIntervalMs - performance.now();
    if (restMs > 0) await sleep(restMs);
    if (!started || isAway()) return isAway();
    if (await pauses.mayProbe(TELEGRAM_SCOPE, minProbeIntervalMs)) {
      await probeNow();
      return isAway();
    }
    // Another process is probing. If its probe fails, this process sees the pause within a second.
    const learned = AbortSignal.timeout(1_250);
    await new Promise<void>((resolve) => {
      const remove = onAway(resolve);
      learned.addEventListener('abort', () => {
        remove();
        resolve();
      });
    });
    if (!isAway()) await probeNow();
    return isAway();
  }

  function onAway(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    start() {
      started = true;
      reachedAt = performance.now();
      stopListening = pauses.onChange(changed);
      // This process has just reached Telegram, so a pause from before is obsolete.
      if (isPaused()) void pauses.lift(TELEGRAM_SCOPE);
      update();
    },
    stop() {
      started = false;
      stopListening?.();
      wake?.();
      waiters.release();
    },
    state,
    async suspect() {
      if (!started || isAway()) return isAway();
      return (suspicion ??= confirm().finally(() => (suspicion = undefined)));
    },
    async untilBack(signal) {
      while (isAway() && !signal.aborted) await waiters.wait(signal);
    },
    onAway,
  };
}
