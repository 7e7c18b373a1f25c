import { setTimeout as sleep } from 'node:timers/promises';
import type { Pauses } from '../pauses/pauses.js';
import { createWaiters } from './waiters.js';

/** The scope of the shared pause that says that no process reaches Telegram. */
export const TELEGRAM_SCOPE = 'telegram';

/**
 * How long a probe waits for its answer, and how long any call waits for one before Telegram is suspected to be away: it
 * may be silent for 8 s before it answers (tdlib NetQueryDelayer).
 */
export const SILENCE_MS = 10_000;

/** A process that was the only one that did not reach Telegram pauses no others for this long. */
const DISTRUST_MS = 300_000;

/** Processes that learn in the same moment that another one reaches Telegram probe within this time. */
const SPREAD_MS = 200;

/** An outage as one process sees it. */
export interface OutageState {
  /** `deployment`: it holds for all processes. `process`: this one does not reach Telegram, but others do. */
  scope: 'deployment' | 'process';
  sinceMs: number;
}

/** Notified when an outage begins and ends; both methods are optional, and neither may throw. */
export interface OutageObserver {
  /** Called again when the outage turns out to be this process's alone. `why`: the last error that it met itself. */
  onAway?(event: { scope: OutageState['scope']; why: string | undefined }): void;
  onBack?(event: { awayMs: number }): void;
}

export interface OutageOptions {
  pauses: Pauses;
  /** Resolves when Telegram answers, rejects when it is away or refuses the token. */
  probe: () => Promise<void>;
  observer?: OutageObserver | undefined;
  /** Milliseconds between the first probes of an outage; the longer it lasts, the fewer they are. Default 1,000. */
  minProbeIntervalMs?: number | undefined;
  /** Milliseconds between two probes at most. Default 30,000. */
  maxProbeIntervalMs?: number | undefined;
}

/**
 * Whether Telegram can be reached. A call that fails, or is not answered, raises a suspicion, and a probe settles it. While Telegram is away
 * the shared pause `telegram` holds in all processes of the deployment, and one of them at a time sends a probe, until
 * one is answered. A process that alone does not reach Telegram keeps that to itself, and probes for itself.
 */
export interface Outage {
  /** Begins to watch. Call it once Telegram has been reached: until then it never counts as away. */
  start(): void;
  stop(): void;
  /** Undefined while Telegram can be reached. */
  state(): OutageState | undefined;
  /** A call has failed, or was not answered, as in an outage. Resolves, never rejects, to whether there is one. */
  suspect(): Promise<boolean>;
  /** Resolves, never rejects, when Telegram can be reached or the signal fires. */
  untilBack(signal: AbortSignal): Promise<void>;
  /** Calls the listener when an outage begins; the function that is returned removes it. */
  onAway(listener: () => void): () => void;
}

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

  /** When the probes of this process began to fail; undefined: the last one was answered. */
  let failedAt: number | undefined;
  let reachedAt = 0;
  /** Since that failure another process has ended the shared pause. */
  let othersReach = false;
  /** This process has failed to reach Telegram since then. */
  let isAlone = false;
  let distrustedUntil = 0;

  /** When the outage that was reported began, by this process's clock. */
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

  /** Reports what has changed, and lets calls and lanes go on. */
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
    // A pause whose time was over says nothing by itself.
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
    // An answer from before the call failed says nothing, and probes stay as few as in an outage.
    const restMs = reachedAt + minProbeIntervalMs - performance.now();
    if (restMs > 0) await sleep(restMs);
    if (!started || isAway()) return isAway();
    if (await pauses.mayProbe(TELEGRAM_SCOPE, minProbeIntervalMs)) {
      await probeNow();
      return isAway();
    }
    // Another process is probing. If its probe fails, this one learns of the pause within a second.
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
      // This process has just reached Telegram.
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
