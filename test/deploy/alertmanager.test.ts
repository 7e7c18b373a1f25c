import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand, onFreePort, watchProcess } from '@chatlane/processes';
import { startSimulator } from '@chatlane/simulator';
import { until } from '@chatlane/testing';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import { startPrometheus } from './prometheus-server.js';
import { read } from './repository.js';

const operator = 42;
const { configs } = load(read('docker-compose.yml'), {
  schema: CORE_SCHEMA.withTags(mergeTag),
}) as { configs: { alertmanager: { content: string } } };
const folder = mkdtempSync(join(tmpdir(), 'chatlane-alerts-'));
const stops: (() => unknown)[] = [];

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true });
});

/** The configuration as docker compose passes it on, with these settings. */
function configFor(settings: Record<string, string>): string {
  const file = join(folder, 'alertmanager.yml');
  const resolve = (text: string): string =>
    text.replace(/\$\{(\w+)(?::-((?:\$\{\w+\}|[^${}])*))?\}/g, (_, name: string, or = '') =>
      resolve(settings[name] ?? (or as string)),
    );
  const content = resolve(configs.alertmanager.content);
  // A group of alerts is sent again once it changes; a test need not wait a minute for that.
  writeFileSync(
    file,
    content
      .replace('group_wait: 10s', 'group_wait: 2s')
      .replace('group_interval: 1m', 'group_interval: 2s'),
  );
  return file;
}

async function startAlertmanager(config: string): Promise<number> {
  const program = findCommand(['prometheus-alertmanager', 'alertmanager'])!;
  return onFreePort(async (port) => {
    const server = watchProcess(
      spawn(program, [
        `--config.file=${config}`,
        `--storage.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]),
    );
    stops.push(async () => {
      server.kill('SIGKILL');
      await server.exited;
    });
    let ended = false;
    void server.exited.then(() => (ended = true));
    await until(async () => {
      if (ended) throw new Error(`Alertmanager ended before it was ready: ${server.output()}`);
      return fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, 'an Alertmanager that is ready');
    return port;
  });
}

/** The names of the alerts that are not sent because another alert explains them. */
async function inhibitedOn(port: number): Promise<string[]> {
  const response = await fetch(
    `http://127.0.0.1:${port}/api/v2/alerts?inhibited=true&active=false`,
  );
  const alerts = (await response.json()) as { labels: { alertname: string } }[];
  return alerts.map(({ labels }) => labels.alertname);
}

/** Rules that fire at once instead of after minutes. */
function immediateRules(): string {
  const rules = read('packages/deploy/prometheus/alerts.yml').replace(/for: \d+m/g, 'for: 0s');
  writeFileSync(join(folder, 'alerts.yml'), rules);
  return folder;
}

describe('the Alertmanager of docker compose', () => {
  it('has a valid configuration with and without its settings', () => {
    for (const settings of [{ BOT_TOKEN: '1:x' }, { BOT_TOKEN: '1:x', ALERT_CHAT_ID: '-100' }]) {
      const { stdout, stderr } = spawnSync('amtool', ['check-config', configFor(settings)], {
        encoding: 'utf8',
      });
      expect(stdout + stderr).toContain('SUCCESS');
    }
  });

  it('sends an alert with its runbook to the chat, and says when it is resolved', async () => {
    const telegram = await startSimulator();
    stops.push(() => telegram.stop());
    telegram.say(operator, 'hello');
    const config = configFor({
      TELEGRAM_API_ROOT: telegram.url,
      BOT_TOKEN: telegram.token,
      ALERT_CHAT_ID: String(operator),
    });
    let isUp = false;
    const ingress = createServer((_, response) => {
      response.writeHead(isUp ? 200 : 503).end();
    }).listen(0, '127.0.0.1');
    stops.push(() => ingress.close());
    await once(ingress, 'listening');
    const { port } = ingress.address() as AddressInfo;
    const alertmanager = await startAlertmanager(config);
    const prometheus = await startPrometheus(
      { ingress: [port] },
      { folder: immediateRules(), alertmanager },
    );
    stops.push(() => prometheus.stop());

    const message = (start: string) =>
      until(
        () =>
          telegram
            .calls()
            .map(({ params }) => (params as { text?: string }).text ?? '')
            .find((text) => text.startsWith(start)),
        () => `a message that starts with ${start}`,
      );
    const alert = await message('🔴 <b>NoIngress</b> (page)');
    expect(alert).toContain('No ingress is running');
    expect(alert).toMatch(/http:\/\/127\.0\.0\.1:\d+\/user\/runbooks\/NoIngress\.md/);
    // Its cause is known, so the alert about the single process is not sent.
    await until(
      async () => (await inhibitedOn(alertmanager)).length > 0,
      'an alert that is not sent',
    );
    expect(await inhibitedOn(alertmanager)).toEqual(['ProcessDown']);
    isUp = true;
    await message('🟢 resolved: <b>NoIngress</b>');
  });
});
