import { Counter, type Registry } from 'prom-client';

/**
 * A counter with one label. Its series for `values` exist from the start, because an alert on increase() misses the
 * first event of a new series.
 */
export function createCounter<Label extends string>(
  registry: Registry,
  options: { name: string; help: string; label: Label; values?: readonly string[] },
): Counter<Label> {
  const { name, help, label, values = [] } = options;
  const counter = new Counter({ name, help, labelNames: [label], registers: [registry] });
  for (const value of values) counter.inc({ [label]: value } as Record<Label, string>, 0);
  return counter;
}
