import { Counter, type Registry } from 'prom-client';
import { countedThings, type Counted } from './counted.js';

/** Puts what the middleware counts on a registry; the worker hands it to every turn as `count`. */
export function countMiddleware(registry: Registry): (what: Counted) => void {
  const total = new Counter({
    name: 'chatlane_middleware_total',
    help: 'What the middleware met: sessions set aside, updates over the rate limit, forged buttons, ...',
    labelNames: ['what'],
    registers: [registry],
  });
  // An alert sees the first one only if the series is there before it.
  for (const what of countedThings) total.inc({ what }, 0);
  return (what) => total.inc({ what });
}
