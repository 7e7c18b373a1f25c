import { Counter, type Registry } from 'prom-client';
import { countedEvents, type Counted } from './counted.js';

/** Registers the middleware's counter. The worker passes the returned function to every turn as `count`. */
export function countMiddleware(registry: Registry): (what: Counted) => void {
  const total = new Counter({
    name: 'chatlane_middleware_total',
    help: 'Events in the middleware: sessions set aside, updates over the rate limit, forged buttons, ...',
    labelNames: ['what'],
    registers: [registry],
  });
  // An alert on an increase misses the first event unless the series exists before it.
  for (const what of countedEvents) total.inc({ what }, 0);
  return (what) => total.inc({ what });
}
