import type { Logger } from './logger.js';

/** A component that is started and stopped with the process. */
export interface Part {
  /** The name in logs about failures and delays. */
  name: string;
  /** Absent for a component that is already open, such as a connection: it counts as started once added. */
  start?: (signal: AbortSignal) => unknown;
  /** Resolves when the part has stopped. Not called when `start` failed. */
  stop?: () => unknown;
}

/** The states of a process, in order. */
export type LifecycleState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';

/** Starts parts in the order they were added, and stops them in reverse. */
export interface Lifecycle {
  /** The current state. */
  readonly state: LifecycleState;
  /** Aborted when stopping begins. Loops and waits must obey it. */
  readonly signal: AbortSignal;
  /** Appends a part. It is started after, and stopped before, those added earlier. */
  add(part: Part): void;
  /** @throws what the failing part threw, or an Error if a stop came first; all started parts are stopped before */
  start(): Promise<void>;
  /** Idempotent. Resolves to false when a part failed or the deadline passed; never rejects. */
  stop(): Promise<boolean>;
}

/** @param options.deadlineMs the time in which all parts together have to stop; late ones are abandoned */
export function createLifecycle(options: {
  logger: Pick<Logger, 'error'>;
  deadlineMs: number;
}): Lifecycle {
  const { logger, deadlineMs } = options;
  const stopping = new AbortController();
  const parts: { part: Part; started: boolean }[] = [];
  let state: LifecycleState = 'idle';
  let busy: string | undefined;
  let starting: Promise<void> | undefined;
  let ended: Promise<boolean> | undefined;

  async function startParts(): Promise<void> {
    state = 'starting';
    for (const entry of parts) {
      // Yields, so that a concurrent stop sees the state `starting`, and the loop below sees the stop.
      await Promise.resolve();
      stopping.signal.throwIfAborted();
      busy = entry.part.name;
      await entry.part.start?.(stopping.signal);
      entry.started = true;
    }
    stopping.signal.throwIfAborted();
    state = 'running';
  }

  async function stopParts(late: AbortSignal): Promise<boolean> {
    let clean = true;
    await starting?.catch(() => undefined);
    for (const { part } of parts.filter(({ started }) => started).reverse()) {
      if (late.aborted) break;
      busy = part.name;
      try {
        await part.stop?.();
      } catch (error) {
        clean = false;
        logger.error({ err: error, part: part.name }, 'a part failed to stop');
      }
    }
    return clean;
  }

  async function stopInTime(): Promise<boolean> {
    state = 'stopping';
    stopping.abort(new Error('stopped while starting'));
    const late = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        logger.error({ part: busy, deadlineMs }, 'a part did not stop within the deadline');
        late.abort();
        resolve(false);
      }, deadlineMs);
    });
    const clean = await Promise.race([stopParts(late.signal), deadline]);
    clearTimeout(timer);
    state = 'stopped';
    return clean;
  }

  const stop = (): Promise<boolean> => (ended ??= stopInTime());

  return {
    get state() {
      return state;
    },
    signal: stopping.signal,
    add(part) {
      parts.push({ part, started: part.start === undefined });
    },
    async start() {
      starting = startParts();
      try {
        await starting;
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}
