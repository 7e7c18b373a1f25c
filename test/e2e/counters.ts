import { readFileSync } from 'node:fs';
import { CORE_SCHEMA, load } from 'js-yaml';

/**
 * Labels whose values are not known in advance: Bot API methods (180 series per counter), the bot's processors, and the
 * names of faults. No alert may depend on the first increment of such a series.
 */
const OPEN_LABELS = ['method', 'processor'];
const OPEN_COUNTERS = /_troubles_total$/;

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

function samplesIn(text: string): Sample[] {
  return [...text.matchAll(/^(chatlane_\w+)(?:\{(.*?)\})? (\S+)$/gm)].map(
    ([, name = '', labels = '', value]) => ({
      name,
      labels: readMatchers(labels),
      value: Number(value),
    }),
  );
}

function readMatchers(list: string): Record<string, string> {
  const pairs = [...list.matchAll(/(\w+)=~?"([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** The counters of processes that have done nothing yet. */
export interface Counters {
  /** The number of counters. */
  count: number;
  /** The counters without a series although their label values are known in advance. */
  missing: string[];
}

/** Checks the counters in the metrics of all processes. */
export function findMissingCounters(text: string): Counters {
  const counters = [...text.matchAll(/^# TYPE (chatlane_\w+) counter$/gm)].map(([, name]) => name!);
  const withSeries = new Set(samplesIn(text).map(({ name }) => name));
  const sources = readSources();
  const missing = [...new Set(counters)].filter(
    (name) =>
      !withSeries.has(name) &&
      !OPEN_COUNTERS.test(name) &&
      !OPEN_LABELS.some((label) => sources.get(name)?.includes(label)),
  );
  return { count: new Set(counters).size, missing };
}

/** Checks the series that alerts depend on: `missing` are those that are absent or not 0. */
export function findMissingAlertSeries(text: string): Counters {
  const { groups } = load(
    readFileSync(new URL('../../packages/deploy/prometheus/alerts.yml', import.meta.url), 'utf8'),
    { schema: CORE_SCHEMA },
  ) as { groups: { rules: { expr: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  const alertSeries = rules.flatMap(({ expr }) =>
    [...expr.matchAll(/(chatlane_\w+_total)(?:\{([^}]*)\})?\[/g)].map(
      ([series, name = '', matchers = '']) => ({ series, name, labels: readMatchers(matchers) }),
    ),
  );
  const sources = readSources();
  const missing = alertSeries.filter(({ name, labels }) => {
    if (sources.get(name)?.includes('method') && !('method' in labels)) return false;
    const found = samplesIn(text).filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, values]) =>
          values.split('|').includes(sample.labels[label] ?? ''),
        ),
    );
    const wanted = Math.max(...Object.values(labels).map((values) => values.split('|').length), 1);
    return found.length < wanted || found.some(({ value }) => value !== 0);
  });
  return { count: alertSeries.length, missing: missing.map(({ series }) => series) };
}

/** Label names by counter, from the source code, because a counter without series does not show its labels. */
function readSources(): Map<string, string> {
  const files = [
    'apps/downloader/src/metrics.ts',
    'apps/ingress/src/metrics.ts',
    'packages/downloads/src/metrics.ts',
    'packages/lanes/src/metrics.ts',
    'packages/middleware/src/turn/metrics.ts',
    'packages/telegram/src/metrics.ts',
    'packages/telegram/src/pacing/metrics.ts',
  ];
  const labels = new Map<string, string>();
  for (const file of files) {
    const source = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    for (const [, name = '', list, label = ''] of source.matchAll(
      /name: '(\w+)',\n[^}]*?(?:labelNames: \[([^\]]*)\]|label: '(\w+)')/g,
    )) {
      labels.set(name, list ?? label);
    }
  }
  return labels;
}
