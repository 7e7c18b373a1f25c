import { readFileSync } from 'node:fs';
import { CORE_SCHEMA, load } from 'js-yaml';
import { startSystem, type TestSystem } from '../harness/system.js';

/**
 * Labels whose values are not known beforehand: methods of the Bot API (a series for each of 180, times the counters),
 * processors of the bot, and in counters of troubles words for faults. No alert may wait for the first count of one.
 */
const OPEN_LABELS = ['method', 'processor'];
const OPEN_COUNTERS = /_troubles_total$/;

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

let system: TestSystem;
let text: string;
beforeAll(async () => {
  system = await startSystem({ workers: 1, downloaders: 1 });
  const ports = [...system.ingresses, ...system.workers, ...system.downloaders].map(
    (app) => app.ports.ops,
  );
  const all = await Promise.all(
    ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
  );
  text = all.join('\n');
});
afterAll(() => system.stop());

function samples(): Sample[] {
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

describe('the counters of processes that have done nothing yet', () => {
  it('are all there', () => {
    const counters = [...text.matchAll(/^# TYPE (chatlane_\w+) counter$/gm)].map(
      ([, name]) => name,
    );
    expect(new Set(counters).size).toBeGreaterThan(20);
    const born = new Set(samples().map(({ name }) => name));
    const unborn = [...new Set(counters)].filter((name) => !born.has(name!));
    const sources = readSources();
    const open = unborn.filter(
      (name) =>
        OPEN_COUNTERS.test(name!) ||
        OPEN_LABELS.some((label) => sources.get(name!)?.includes(label)),
    );
    expect(unborn).toEqual(open);
  });

  it('are at 0 in every series that an alert waits for', () => {
    const { groups } = load(
      readFileSync(
        new URL('../../packages/deploy/prometheus/alerts.yml', import.meta.url),
        'utf8',
      ),
      { schema: CORE_SCHEMA },
    ) as { groups: { rules: { expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    const waitedFor = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/(chatlane_\w+_total)(?:\{([^}]*)\})?\[/g)].map(
        ([series, name = '', matchers = '']) => ({ series, name, labels: readMatchers(matchers) }),
      ),
    );
    expect(waitedFor.length).toBeGreaterThan(10);
    const sources = readSources();
    const missing = waitedFor.filter(({ name, labels }) => {
      if (sources.get(name)?.includes('method') && !('method' in labels)) return false;
      const found = samples().filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      );
      return found.length === 0 || found.some(({ value }) => value !== 0);
    });
    expect(missing.map(({ series }) => series)).toEqual([]);
  });
});

/** Label names by counter, from the sources: a counter without a series shows none. */
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
    for (const [, name = '', list = ''] of source.matchAll(
      /name: '(\w+)',\n[^}]*?labelNames: \[([^\]]*)\]/g,
    )) {
      labels.set(name, list);
    }
  }
  return labels;
}
