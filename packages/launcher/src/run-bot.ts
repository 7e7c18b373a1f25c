import type { ChildProcess } from 'node:child_process';
import {
  obtainRedis,
  spawnSpareWorker,
  startApp,
  type AppOptions,
  type AppProcess,
} from '@chatlane/processes';
import { banner, withoutCredentials, type BannerRow } from './banner.js';
import { checkRedis } from './check-redis.js';
import type { Console } from './console.js';
import type { Fleet } from './fleet.js';
import type { Supervised, Part } from './supervisor.js';
import type { Plan } from './plan.js';
import { publishInstance } from './instance.js';
import { createPrivateRedis } from './private-redis.js';
import { identifyBot, ownSecret, registerWebhook, removeWebhook } from './registration.js';
import { reportSlowStart } from './slow-start.js';
import { createSpares } from './spares.js';
import { startWorkers, type Workers } from './workers.js';
import { join, relative } from 'node:path';

/** Starts all processes in the order of their dependencies. Returns them, and the banner's text. */
export async function runBot(
  plan: Plan,
  console: Console,
  fleet: Fleet,
): Promise<{ text: string; workers: Workers }> {
  const rows: BannerRow[] = [];
  const redisUrl = await startRedis(plan, console, fleet, rows);
  publishInstance(plan.folder, {
    REDIS_URL: redisUrl,
    CHATLANE_NAME: plan.env['CHATLANE_NAME'],
  });
  const common = { ...plan.env, BOT_TOKEN: plan.token, REDIS_URL: redisUrl };
  const secret = plan.webhookSecret ?? ownSecret(plan.folder);
  let register: ((apiRoot: string) => Promise<void>) | undefined;

  let apiRoot = plan.apiRoot;
  let playground: Supervised<AppProcess> | undefined;
  let talk: string;
  if (apiRoot === undefined) {
    const part = appPart(console, 'playground', 'playground', {
      ...common,
      PLAYGROUND_PORT: String(plan.playgroundPort),
    });
    // A restarted simulator has lost its webhook, like everything else.
    part.onReturn = async ({ ports }) => register?.(rootOf(ports.http));
    playground = await fleet.start('playground', part);
    apiRoot = rootOf(playground.current()?.ports.http);
    talk = `Open ${apiRoot} and talk to the bot. The guide is at ${apiRoot}/docs/.`;
  } else {
    const username = await identifyBot({ apiRoot, token: plan.token });
    if (plan.mode === 'polling') await removeWebhook({ apiRoot, token: plan.token });
    talk = `Talk to @${username} in Telegram (updates come by ${plan.mode === 'polling' ? 'long polling' : 'webhook'}).`;
  }

  const env = {
    STORAGE_DIR: join(plan.folder, 'files'),
    ...common,
    TELEGRAM_API_ROOT: apiRoot,
    WEBHOOK_PATH: plan.webhookPath,
  };
  const ingressEnv = {
    ...env,
    INGRESS_MODE: plan.mode === 'polling' ? 'polling' : 'webhook',
    WEBHOOK_SECRET: secret,
  };
  const ingressStarted = fleet.start('ingress', appPart(console, 'ingress', 'ingress', ingressEnv));
  const workerEnv = await withLinkRoot(plan, env, ingressStarted);
  const spares = createSpares(
    () => spawnSpareWorker({ ...workerEnv, OPS_PORT: '0' }),
    plan.workers,
  );
  const workerParts = Array.from(
    { length: plan.workers },
    (_, index) => () => appPart(console, 'worker', `worker-${index + 1}`, workerEnv, spares.take()),
  );
  const [ingress, downloader, workers] = await Promise.all([
    ingressStarted,
    fleet.start('downloader', appPart(console, 'downloader', 'downloader', env)),
    startWorkers(fleet, workerParts, spares),
  ]);
  const ingressRoot = rootOf(ingress.current()?.ports.http);
  if (plan.mode !== 'polling') {
    const settings = { ...ingressEnv, PUBLIC_URL: plan.publicUrl ?? ingressRoot };
    register = (root) => registerWebhook({ ...settings, TELEGRAM_API_ROOT: root });
    await register(apiRoot);
  }

  const intake = plan.mode === 'polling' ? 'long polling' : `${ingressRoot}${plan.webhookPath}`;
  if (playground) rows.push(appRow(playground, apiRoot));
  rows.push(appRow(ingress, intake), ...workers.current().map((worker) => appRow(worker, '')));
  const inBucket = plan.env['STORAGE'] === 's3';
  const folder = relative(process.cwd(), env.STORAGE_DIR);
  rows.push(appRow(downloader, `files in ${inBucket ? 'a bucket' : folder}`));
  return { text: banner(plan, rows, talk), workers };
}

/** Without a public address, links to files point to the local ingress, whose port is known once it runs. */
async function withLinkRoot(
  plan: Plan,
  env: Record<string, string>,
  ingress: Promise<Supervised<AppProcess>>,
): Promise<Record<string, string>> {
  if (plan.env['FILE_LINKS'] !== 'on' || plan.publicUrl !== undefined) return env;
  return { ...env, PUBLIC_URL: rootOf((await ingress).current()?.ports.http) };
}

async function startRedis(
  plan: Plan,
  console: Console,
  fleet: Fleet,
  rows: BannerRow[],
): Promise<string> {
  if (plan.redisUrl !== undefined) {
    await checkRedis(plan.redisUrl, plan.env);
    const own = plan.mode === 'simulator' ? ` (as ${plan.env['CHATLANE_NAME']})` : '';
    rows.push({ name: 'redis', pid: undefined, what: withoutCredentials(plan.redisUrl) + own });
    return plan.redisUrl;
  }
  const redis = createPrivateRedis(await obtainRedis(console.say), {
    dir: join(plan.folder, 'redis'),
    onLine: console.sink('redis', Infinity),
  });
  const kept = await fleet.start('redis', redis.part);
  rows.push({ name: 'redis', pid: kept.current()?.pid, what: redis.url() });
  return redis.url();
}

/** The port settings of the apps, except those of the ops servers. */
const ports: Partial<Record<AppOptions['app'], string>> = {
  ingress: 'INGRESS_PORT',
  playground: 'PLAYGROUND_PORT',
};

/**
 * An app that keeps its ports after a restart, so that the webhook's address stays valid.
 *
 * @param spare becomes the app at its first start
 */
function appPart(
  console: Console,
  app: AppOptions['app'],
  name: string,
  env: Record<string, string>,
  spare?: ChildProcess,
): Part<AppProcess> {
  const sink = console.sink(name);
  const port = ports[app];
  const kept: Record<string, string> = { OPS_PORT: '0' };
  return {
    name,
    async start(signal) {
      let ready = false;
      const running = await reportSlowStart({ name, say: console.say }, (report) => {
        const onLine = (line: string): void => {
          sink(line, ready);
          report(line);
        };
        return startApp({ app, env: { ...env, ...kept }, onLine, signal, spare });
      });
      ready = true;
      if (running.ports.ops) kept['OPS_PORT'] = String(running.ports.ops);
      if (port && running.ports.http) kept[port] = String(running.ports.http);
      return running;
    },
  };
}

function appRow(kept: Supervised<AppProcess>, what: string): BannerRow {
  const running = kept.current();
  return { name: kept.name, pid: running?.pid, what, opsPort: running?.ports.ops };
}

function rootOf(port: number | undefined): string {
  return `http://127.0.0.1:${port ?? 0}`;
}
