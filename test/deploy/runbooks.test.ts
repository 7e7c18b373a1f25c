import { readdirSync } from 'node:fs';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { until } from '@chatlane/testing';
import { startPrometheus } from './prometheus-server.js';
import { pathOf, read } from './repository.js';

const folder = 'packages/deploy/prometheus';
const pages = readdirSync(pathOf(`${folder}/pages/runbooks`));
const alerts = load(read(`${folder}/alerts.yml`)) as {
  groups: { rules: { alert: string; annotations: Record<string, string> }[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules).filter(({ alert }) => alert);

describe('the runbooks', () => {
  it('are one page for each alert', () => {
    expect(pages.sort()).toEqual(rules.map(({ alert }) => `${alert}.md`).sort());
  });

  it('are linked by their alerts', () => {
    for (const { alert, annotations } of rules) {
      expect(annotations['runbook_url']).toBe(`{{ $externalURL }}/user/runbooks/${alert}.md`);
    }
  });

  it.each(pages)(
    'say what the alert means, how to find the cause and how to fix it: %s',
    (page) => {
      const text = read(`${folder}/pages/runbooks/${page}`);
      const shape =
        /^# (\w+)\n\n.+\n\n## Find the cause\n\n- [^]+\n\n## Fix it\n\n- [^]+\n\nThe alert/;
      expect(shape.exec(text)?.[1]).toBe(page.replace('.md', ''));
    },
  );

  it('are served by Prometheus at the address in the alert', async () => {
    const prometheus = await startPrometheus({}, { folder: pathOf(folder) });
    try {
      const url = await until(async () => {
        const answer = JSON.parse(await prometheus.get('/api/v1/alerts')) as Alerts;
        const found = answer.data.alerts.find(({ labels }) => labels['alertname'] === 'NoIngress');
        return found?.annotations['runbook_url'];
      }, 'a pending alert of a deployment without an ingress');
      expect(await (await fetch(url)).text()).toBe(read(`${folder}/pages/runbooks/NoIngress.md`));
    } finally {
      await prometheus.stop();
    }
  });

  it('are served in docker compose in the same way', () => {
    const { services } = load(read('docker-compose.yml'), {
      schema: CORE_SCHEMA.withTags(mergeTag),
    }) as { services: Record<string, { command: string[]; volumes: string[] }> };
    const { command, volumes } = services['prometheus']!;
    expect(volumes).toContain(`./${folder}:/etc/prometheus:ro`);
    expect(command).toContain('--web.user-assets=/etc/prometheus/pages');
  });
});

interface Alerts {
  data: {
    alerts: { labels: Record<string, string>; annotations: Record<string, string> }[];
  };
}
