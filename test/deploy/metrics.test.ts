import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { pathOf, read, sourcesNamed } from './repository.js';

const deploy = 'packages/deploy';

interface Panel {
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: { expr: string; datasource: { uid: string } }[];
}

const dashboard = JSON.parse(read(`${deploy}/grafana/dashboards/chatlane.json`)) as {
  panels: Panel[];
};
const alerts = load(read(`${deploy}/prometheus/alerts.yml`)) as {
  groups: { rules: { alert?: string; expr: string }[] }[];
};

const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const rules = alerts.groups.flatMap((group) => group.rules);
const expressions = [...queries, ...rules.map(({ expr }) => expr)];

/** The declared metrics by name, with their labels. */
function declaredSeries(): Map<string, string[]> {
  const series = new Map<string, string[]>();
  const declaration = /(Counter|Gauge|Histogram)\((?:registry, )?\{([^]*?)\n {2}\}\)/g;
  for (const file of sourcesNamed('metrics.ts')) {
    for (const [, kind, body = ''] of read(file).matchAll(declaration)) {
      const name = /name: '(\w+)'/.exec(body)?.[1] ?? '';
      const listed = /labelNames: \[([^\]]*)\]|label: '(\w+)'/.exec(body) ?? [];
      const labels = [...(listed[1] ?? listed[2] ?? '').matchAll(/\w+/g)];
      const parts = kind === 'Histogram' ? ['_bucket', '_sum', '_count'] : [''];
      for (const part of parts) series.set(name + part, ['le', ...labels.map(([label]) => label)]);
    }
  }
  return series;
}

describe('the dashboard and the alerts', () => {
  const series = declaredSeries();

  it('ask for metrics that the code declares', () => {
    const used = expressions.flatMap((expr) => expr.match(/\bchatlane_\w+/g) ?? []);
    expect(new Set(used).size).toBeGreaterThan(12);
    expect(used.filter((name) => !series.has(name))).toEqual([]);
  });

  it('use labels that those metrics have', () => {
    for (const expr of expressions) {
      const carried = (expr.match(/\bchatlane_\w+/g) ?? []).flatMap(
        (name) => series.get(name) ?? [],
      );
      const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
        list.split(', '),
      );
      const matched = [...expr.matchAll(/[{,](\w+)=~?"/g)].map(([, label = '']) => label);
      const used = [...grouped, ...matched].filter((label) => !['job', 'instance'].includes(label));
      expect([expr, used.filter((label) => !carried.includes(label))]).toEqual([expr, []]);
    }
  });

  it('are valid PromQL', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chatlane-rules-'));
    const recorded = queries.map((expr, index) => ({
      record: `panel_${index}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    const file = join(folder, 'rules.json');
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
    expect(promtool('check', 'rules', file)).toContain(`${queries.length} rules found`);
    rmSync(folder, { recursive: true });
  });
});

describe('the dashboard', () => {
  it('shows lag, throughput, outcomes, dead letters, webhook answers, outgoing calls and files', () => {
    const all = queries.join('\n');
    for (const name of [
      'chatlane_oldest_event_seconds',
      'chatlane_lanes',
      'chatlane_turns_total',
      'chatlane_dead_letters',
      'chatlane_ingress_updates_total',
      'chatlane_telegram_calls_total',
      'chatlane_telegram_flood_wait_seconds_total',
      'chatlane_downloads_total',
      'chatlane_oldest_download_seconds',
      'chatlane_fetched_bytes_total',
    ]) {
      expect(all).toContain(name);
    }
  });

  it('uses the provisioned data source', () => {
    const { datasources } = load(read(`${deploy}/grafana/datasources/prometheus.yml`)) as {
      datasources: { uid: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ uid: 'prometheus', url: 'http://prometheus:9090' }]);
    const used = dashboard.panels.flatMap(({ datasource, targets = [] }) => [
      ...(datasource ? [datasource.uid] : []),
      ...targets.map((target) => target.datasource.uid),
    ]);
    expect(new Set(used)).toEqual(new Set(['prometheus']));
  });

  it('places all panels within the grid without overlaps', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, x < 24, taken.has(`${x},${y}`)]).toEqual([title, true, false]);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});

describe('Prometheus', () => {
  it('accepts its configuration', () => {
    const output = promtool('check', 'config', pathOf(`${deploy}/prometheus/prometheus.yml`));
    expect(output).toContain('is valid prometheus config');
  });

  it('raises each alert when it should, and none for a healthy deployment', () => {
    const file = pathOf(`${deploy}/prometheus/alerts.test.yml`);
    expect(promtool('test', 'rules', file)).toContain('SUCCESS');
    const names = rules.flatMap(({ alert = [] }) => alert);
    for (const name of names) expect(read(`${deploy}/prometheus/alerts.test.yml`)).toContain(name);
  });

  it('scrapes the default ports of the ops servers', () => {
    const { scrape_configs: jobs } = load(read(`${deploy}/prometheus/prometheus.yml`)) as {
      scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[];
    };
    const { services } = load(read('docker-compose.yml'), {
      schema: CORE_SCHEMA.withTags(mergeTag),
    }) as {
      services: Record<string, { environment: Record<string, unknown> }>;
    };
    expect(jobs.map((job) => job.job_name)).toEqual(['ingress', 'worker', 'downloader']);
    for (const { dns_sd_configs: found } of jobs) {
      for (const { names, port } of found) {
        expect(names.map((name) => services[name]?.environment['OPS_PORT'])).toEqual([port]);
      }
    }
  });
});

function promtool(...args: string[]): string {
  // promtool comes with Prometheus; no npm package provides it.
  const command = 'promtool';
  const { stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}
