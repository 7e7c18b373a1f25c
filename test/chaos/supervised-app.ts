import { setTimeout as sleep } from 'node:timers/promises';
import { AppStartError, startApp, type AppOptions, type AppProcess } from '@chatlane/tooling';
import type { ProcessWire } from './process-wire.js';

/** A place in the deployment that always has a process: whoever dies is replaced. */
export interface SupervisedApp {
  app: AppOptions['app'];
  /** The wire to Redis of the process in this place, whichever it is. */
  wire: ProcessWire;
  /** Undefined while a new one starts. */
  current(): AppProcess | undefined;
  untilUp(): Promise<AppProcess>;
  /** Stops it in order; the next one gets `env` on top of its own. Resolves when that one is up. */
  replace(env?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions extends AppOptions {
  wire: ProcessWire;
  /** Told of every end, asked for or not, with the last that the process wrote. */
  onExit(pid: number, output: string): void;
}

export function supervise(options: SuperviseOptions): SupervisedApp {
  const { app, env, wire } = options;
  const stopping = new AbortController();
  let current: AppProcess | undefined;
  let added: Record<string, string> = {};
  let next = expectOne();

  const kept = (async () => {
    while (!stopping.signal.aborted) {
      try {
        current = await startApp({ app, env: { ...env, ...added }, signal: stopping.signal });
      } catch (error) {
        // It may have had lanes already.
        if (error instanceof AppStartError) options.onExit(error.pid, error.output);
        // Redis or Telegram may be away for longer than a start waits for them.
        await sleep(200);
        continue;
      }
      next.tell(current);
      await current.exited;
      next = expectOne();
      options.onExit(current.pid, current.output());
      current = undefined;
    }
  })();

  async function end(): Promise<void> {
    // A process that is stopped by a signal cannot hear another one.
    current?.kill('SIGCONT');
    await current?.stop(10_000);
  }

  return {
    app,
    wire,
    current: () => current,
    untilUp: () => next.up,
    async replace(more = {}) {
      added = more;
      const old = await next.up;
      await end();
      await old.exited;
      await next.up;
    },
    async stop() {
      stopping.abort();
      await end();
      await kept;
    },
  };
}

function expectOne(): { up: Promise<AppProcess>; tell(process: AppProcess): void } {
  let tell: (process: AppProcess) => void = () => undefined;
  const up = new Promise<AppProcess>((resolve) => (tell = resolve));
  return { up, tell };
}
