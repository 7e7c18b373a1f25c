import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFreePort, watchProcess } from '@chatlane/processes';
import { until } from '@chatlane/testing';

/** One element of an instant query's result. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A real Prometheus, which scrapes and evaluates its rules every half second. */
export interface PrometheusServer {
  query(expr: string): Promise<Sample[]>;
  /** The unparsed answer of an API path such as `/api/v1/series?...`. */
  get(path: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * @param targets job names with the loopback ports of their ops servers
 * @param rules a folder with `alerts.yml` and the pages that the alerts link to, and the port of an Alertmanager
 */
export async function startPrometheus(
  targets: Record<string, (number | undefined)[]>,
  rules?: { folder: string; alertmanager?: number },
): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-prometheus-'));
  const jobs = Object.entries(targets).map(([job_name, ports]) => ({
    job_name,
    static_configs: [{ targets: ports.map((target) => `127.0.0.1:${target}`) }],
  }));
  const config = {
    global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
    scrape_configs: jobs,
    ...(rules && { rule_files: [join(rules.folder, 'alerts.yml')] }),
    ...(rules?.alertmanager && { alerting: alertmanagerOn(rules.alertmanager) }),
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const pages = rules ? [`--web.user-assets=${join(rules.folder, 'pages')}`] : [];
  const { url, stop } = await onFreePort((port) => startOn(port, folder, pages));

  const get = async (path: string): Promise<string> => {
    const answer = await fetch(url + path);
    if (!answer.ok) throw new Error(`Prometheus answers ${answer.status}`);
    return answer.text();
  };

  return {
    get,
    async query(expr) {
      const answer = await get(`/api/v1/query?query=${encodeURIComponent(expr)}`).catch(() => '{}');
      const { data } = JSON.parse(answer) as {
        data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      const result = data?.result ?? [];
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function alertmanagerOn(port: number): object {
  return { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${port}`] }] }] };
}

async function startOn(port: number, folder: string, options: readonly string[]) {
  const server = watchProcess(
    spawn('prometheus', [
      `--config.file=${join(folder, 'config.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // A short lookback, so that a query does not return outdated samples.
      '--query.lookback-delta=5s',
      `--web.external-url=http://127.0.0.1:${port}`,
      // An alert that fires before the Alertmanager is found is otherwise sent again only after a minute.
      '--rules.alert.resend-delay=1s',
      ...options,
    ]),
  );
  let ended = false;
  void server.exited.then(() => (ended = true));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ended) throw new Error(`Prometheus ended before it was ready: ${server.output()}`);
    return ready;
  }, 'a Prometheus that is ready');
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    await server.exited;
  };
  return { url, stop };
}
