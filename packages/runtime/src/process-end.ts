import type { Lifecycle } from './lifecycle.js';
import type { Logger } from './logger.js';

const lingerMs = 1_000;

/** Ends the process once, on the first event that requires it, after all lifecycles have stopped. */
export function watchProcessEnd(logger: Logger, lifecycles: readonly Lifecycle[]) {
  let begun = false;
  let code = 0;
  let signals = 0;
  const harmless: ((reason: unknown) => boolean)[] = [];

  async function begin(wanted: number): Promise<void> {
    code = Math.max(code, wanted);
    if (begun) return;
    begun = true;
    const clean = (await Promise.all(lifecycles.map((each) => each.stop()))).every(Boolean);
    logger.info({ clean }, 'stopped');
    leave(clean ? code : Math.max(code, 1), () =>
      logger.warn({ open: process.getActiveResourcesInfo() }, 'resources were left open'),
    );
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      signals += 1;
      logger.info({ signal }, signals > 1 ? 'exiting immediately' : 'stopping');
      if (signals > 1) process.exit(1);
      void begin(0);
    });
  }
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception');
    void begin(1);
  });
  process.on('unhandledRejection', (reason) => {
    if (harmless.some((isHarmless) => isHarmless(reason))) return;
    logger.fatal({ err: reason }, 'unhandled rejection');
    void begin(1);
  });
  process.on('disconnect', () => void begin(0));

  return {
    begin,
    ignoreHarmless: (isHarmless: (reason: unknown) => boolean) => void harmless.push(isHarmless),
    get begun() {
      return begun;
    },
  };
}

/** Lets the event loop drain, so that output is written; resources left open do not keep the process alive. */
export function leave(code: number, onLinger?: () => void): void {
  process.exitCode = code;
  if (process.connected) process.disconnect();
  setTimeout(() => {
    onLinger?.();
    process.exit();
  }, lingerMs).unref();
}
