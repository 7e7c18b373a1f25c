import type { Redis } from '@chatlane/redis';
import { createLocalPauses, type LocalPauses } from './local-pauses.js';
import type { Pauses, PausesObserver } from './pauses.js';
import { createSharedPauses } from './shared-pauses.js';

export interface PausesOptions {
  /** Fails fast. Without it the pauses are those of this process alone. */
  redis?: Redis | undefined;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  observer?: PausesObserver | undefined;
}

/** Pauses begin empty: `start` reads those of the deployment. */
export function createPauses({ redis, name, observer = {} }: PausesOptions): Pauses {
  const local = createLocalPauses();
  return redis ? createSharedPauses({ redis, name, observer, local }) : alone(local, observer);
}

function alone(local: LocalPauses, observer: PausesObserver): Pauses {
  return {
    start: () => Promise.resolve(),
    stop: () => undefined,
    leftMs: (scope) => local.leftMs(scope),
    since: (scope) => local.since(scope),
    pause(scope, forMs, why) {
      local.pause(scope, forMs, why);
      observer.onPause?.({ scope, forMs, why });
      return Promise.resolve();
    },
    lift(scope) {
      if (local.lift(scope)) observer.onLift?.({ scope });
      return Promise.resolve();
    },
    mayProbe: (scope, everyMs) => Promise.resolve(local.mayProbe(scope, everyMs)),
    list: () => Promise.resolve(local.list()),
    known: () => local.list(),
    onChange: (listener) => local.onChange(listener),
  };
}
