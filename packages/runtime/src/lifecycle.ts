import type { Logger } from './logger.js';

/** Something that is started and stopped with the process. */
export interface Part {
  /** Named in logs when it fails or is late. */
  name: string;
  /** Left out for a thing that is open already, such as a connection: it counts as started when it is added. */
  start?: (signal: AbortSignal) => unknown;
  stop?: () => unknown;
}

export type LifecycleState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';

/** Starts parts in the order they were added and stops them in reverse. */
export interface Lifecycle {
  readonly state: LifecycleState;
  /** Fires when stopping begins. Loops and waits obey it. */
  readonly signal: AbortSignal;
  add(part: Part): void;
  /** @throws what the failing part threw, after everything started before it has been stopped. */
  start(): Promise<void>;
  /** Idempotent. Resolves to false if a part threw or the deadline passed first; never rejects. */
  stop(): Promise<boolean>;
}

/** @param options.deadlineMs what all parts together may take to stop. */
export function createLifecycle(options: {
  logger: Pick<Logger, 'info' | 'error'>;
  deadlineMs: number;
}): Lifecycle {
  const { logger, deadlineMs } = options;
  const stopping = new AbortController();
  const parts: { part: Part; started: boolean }[] = [];
  let state: LifecycleState = 'idle';
  let begun: Promise<void> = Promise.resolve();
  let ended: Promise<boolean> | undefined;

  async function startAll(): Promise<void> {
    state = 'starting';
    for (const entry of parts) {
      stopping.signal.throwIfAborted();
      await entry.part.start?.(stopping.signal);
      entry.started = true;
    }
    stopping.signal.throwIfAborted();
    state = 'running';
  }

  async function stopAll(late: AbortSignal): Promise<boolean> {
    let clean = true;
    await begun.catch(() => undefined);
    for (const { part } of parts.filter(({ started }) => started).reverse()) {
      if (late.aborted) break;
      current = part.name;
      try {
        await part.stop?.();
      } catch (error) {
        clean = false;
        logger.error({ err: error, part: part.name }, 'a part failed to stop');
      }
    }
    return clean;
  }
  let current = 'start';

  async function stopInTime(): Promise<boolean> {
    state = 'stopping';
    stopping.abort(new Error('stopping'));
    const late = new AbortController();
    const { promise: deadline, resolve } = withResolvers<false>();
    const timer = setTimeout(() => {
      logger.error({ part: current, deadlineMs }, 'stopping took longer than the deadline');
      late.abort();
      resolve(false);
    }, deadlineMs);
    const clean = await Promise.race([stopAll(late.signal), deadline]);
    clearTimeout(timer);
    state = 'stopped';
    return clean;
  }

  return {
    get state() {
      return state;
    },
    signal: stopping.signal,
    add(part) {
      parts.push({ part, started: part.start === undefined });
    },
    async start() {
      begun = startAll();
      try {
        await begun;
      } catch (error) {
        await this.stop();
        throw error;
      }
    },
    stop() {
      return (ended ??= stopInTime());
    },
  };
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
