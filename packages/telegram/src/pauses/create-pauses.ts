import type { Redis } from '@chatlane/redis';
import { createLocalPauses, type LocalPauses } from './local-pauses.js';
import type { Pauses, PausesObserver } from './pauses.js';
import { createSharedPauses } from './shared-pauses.js';

/** Options of `createPauses`. Only `name` is required. */
export interface PausesOptions {
  /** A connection that fails fast. Default: pauses are not shared with other processes. */
  redis?: Redis | undefined;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  observer?: PausesObserver | undefined;
}

/** Creates pauses. They are empty until `start` reads those of the deployment. */
export function createPauses({ redis, name, observer = {} }: PausesOptions): Pauses {
  const local = createLocalPauses();
  return redis ? createSharedPauses({ redis, name, observer, local }) : unshared(local, observer);
}

function unshared(local: LocalPauses, observer: PausesObserver): Pauses {
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
