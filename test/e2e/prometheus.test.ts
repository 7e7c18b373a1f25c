import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type AppOptions, type AppProcess } from '@chatlane/processes';
import { startRedisServer, until } from '@chatlane/testing';
import { read } from '../deploy/repository.js';
import { findMissingAlertSeries, findMissingCounters } from './counters.js';
import { startPrometheus, type PrometheusServer } from '../deploy/prometheus-server.js';

const deploy = 'packages/deploy';
const token = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const secret = 'only-between-telegram-and-us';
const userText = '/start once upon a midnight dreary';
const fileName = 'while-i-nodded-nearly-napping.txt';
const chats = [101, 102, 103, 104];

const stops: (() => Promise<unknown>)[] = [];
let prometheus: PrometheusServer;
let ingress: AppProcess;
let playground: string;
/** The metrics of all processes before any of them has done work. */
let atFirst: string;

beforeAll(async () => {
  const redis = await startRedisServer();
  stops.push(() => redis.stop());
  const simulator = await start('playground', { PLAYGROUND_PORT: '0' });
  playground = `http://127.0.0.1:${simulator.ports.http}`;
  const env = { REDIS_URL: redis.url, TELEGRAM_API_ROOT: playground, OPS_PORT: '0' };
  ingress = await start('ingress', { ...env, INGRESS_PORT: '0', WEBHOOK_SECRET: secret });
  const workers = await Promise.all([start('worker', env), start('worker', env)]);
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-scraped-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  const downloader = await start('downloader', { ...env, STORAGE_DIR: dir });
  atFirst = (await Promise.all([ingress, downloader, ...workers].map(readMetrics))).join('\n');
  prometheus = await startPrometheus({
    ingress: [ingress.ports.ops],
    downloader: [downloader.ports.ops],
    worker: workers.map(({ ports }) => ports.ops),
  });
  stops.push(() => prometheus.stop());

  const url = `http://127.0.0.1:${ingress.ports.http}/telegram/webhook`;
  await post(`/bot${token}/setWebhook`, { url, secret_token: secret });
  await Promise.all(
    chats.map((id) => post('/play/messages', { chat_id: id, from_id: id, text: userText })),
  );
  const sender = { chat_id: 105, from_id: 105 };
  await post('/play/files', { ...sender, kind: 'document', size: 2_000, name: fileName });
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function start(app: AppOptions['app'], env: object): Promise<AppProcess> {
  const process = await startApp({ app, env: { BOT_TOKEN: token, ...env } });
  stops.push(() => process.stop());
  return process;
}

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(playground + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path.split('/').at(-1)}: ${await response.text()}`);
}

async function readMetrics({ ports }: AppProcess): Promise<string> {
  return (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text();
}

/** Polls until the query's only value is as expected. */
async function becomes(expr: string, fits: (value: number) => boolean): Promise<void> {
  let last: number | undefined;
  await until(
    async () => {
      last = (await prometheus.query(expr))[0]?.value;
      return last !== undefined && fits(last);
    },
    () => `${expr} to differ from ${last}`,
  );
}

describe('the counters of idle new processes', () => {
  it('all exist', () => {
    const { count, missing } = findMissingCounters(atFirst);
    expect(count).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  it('are 0 in every series that an alert depends on', () => {
    const { count, missing } = findMissingAlertSeries(atFirst);
    expect(count).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});

describe('Prometheus', () => {
  it('reaches every process', async () => {
    await becomes('sum(up{job="ingress"})', (value) => value === 1);
    await becomes('sum(up{job="worker"})', (value) => value === 2);
    await becomes('sum(up{job="downloader"})', (value) => value === 1);
  });

  it('counts each update once on its way in, through a lane and out', async () => {
    const updates = chats.length + 1;
    await becomes(
      'sum(chatlane_ingress_updates_total{outcome="stored"})',
      (value) => value === updates,
    );
    // The downloaded file returns as another event, which is then answered.
    await becomes('sum(chatlane_turns_total{outcome="done"})', (value) => value === updates + 1);
    await becomes('sum(chatlane_event_wait_seconds_count)', (value) => value === updates + 1);
    await becomes(
      'sum(chatlane_telegram_calls_total{outcome="ok",method="sendMessage"})',
      (value) => value === updates,
    );
    await becomes('sum(chatlane_downloads_total{outcome="stored"})', (value) => value === 1);
  });

  it('shows an idle system in which no event waits or was given up', async () => {
    const none = (value: number): boolean => value === 0;
    await becomes('max(chatlane_oldest_event_seconds)', none);
    await becomes('max(chatlane_dead_letters)', none);
    await becomes('sum(max by (state) (chatlane_lanes))', none);
  });

  it('counts requests without the secret', async () => {
    const url = `http://127.0.0.1:${ingress.ports.http}/telegram/webhook`;
    await fetch(url, { method: 'POST', body: '{"update_id":1}' });
    await becomes(
      'chatlane_ingress_refused_requests_total{reason="wrong_secret"}',
      (value) => value === 1,
    );
  });

  it('has every metric that the dashboard and the alerts use, with its help', async () => {
    const { data } = JSON.parse(await prometheus.get('/api/v1/metadata')) as {
      data: Record<string, { help: string }[]>;
    };
    const used = [`${deploy}/grafana/dashboards/chatlane.json`, `${deploy}/prometheus/alerts.yml`]
      .flatMap((file) => read(file).match(/\b(chatlane|nodejs|process)_\w+/g) ?? [])
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !data[name]?.[0]?.help)).toEqual([]);
  });

  it('never receives a token, a secret or the text of a user', async () => {
    const all = await prometheus.get(`/api/v1/series?match[]=${encodeURIComponent('{job=~".+"}')}`);
    expect(all).toContain('chatlane_turns_total');
    for (const hidden of [token, 'AAEhBO', secret, 'midnight', 'nodded'])
      expect(all).not.toContain(hidden);
  });
});
