import { setTimeout as sleep } from 'node:timers/promises';
import { AppStartError, startApp, type AppOptions, type AppProcess } from '@chatlane/processes';
import type { ProcessWire } from './process-wire.js';

/** A process of the deployment that is replaced whenever it dies. */
export interface SupervisedApp {
  app: AppOptions['app'];
  /** The connection to Redis of the current process. */
  wire: ProcessWire;
  /** The current process; undefined while a new one starts. */
  current(): AppProcess | undefined;
  untilUp(): Promise<AppProcess>;
  /** Stops the process gracefully; its replacement gets `env` in addition. Resolves when the replacement is up. */
  replace(env?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions extends AppOptions {
  wire: ProcessWire;
  /** Called whenever a process ends, expected or not, with its last output. */
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
        // The process may already have opened lanes.
        if (error instanceof AppStartError) options.onExit(error.pid, error.output);
        // Redis or Telegram may be down for longer than a start waits for them.
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
    // A process that is frozen by SIGSTOP cannot handle another signal.
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
