import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileLinks, createFsStorage, storageKey } from '@chatlane/storage';
import { startApp, type AppProcess } from '@chatlane/processes';
import { startRedisServer, type RedisServer } from '@chatlane/testing';

const BOT_TOKEN = `123456789:${'A'.repeat(35)}`;
const links = createFileLinks({ secret: BOT_TOKEN });
const content = Buffer.from('a file of a user\n'.repeat(2_000_000));

let redis: RedisServer;
let dir: string;
let key: string;
let ingress: AppProcess;
let output: string;

beforeAll(async () => {
  redis = await startRedisServer();
  dir = await mkdtemp(join(tmpdir(), 'chatlane-files-'));
  const storage = createFsStorage({ dir });
  await storage.check();
  const path = join(storage.spool, 'source');
  await writeFile(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  key = storageKey({ id: 'a', kind: 'document', sha256 }, 'content');
  await storage.put(key, { path }, { size: content.length, sha256, type: 'text/html' });
});

afterAll(async () => {
  await redis.stop();
  await rm(dir, { recursive: true, force: true });
});

async function start(env: Record<string, string>): Promise<void> {
  output = '';
  ingress = await startApp({
    app: 'ingress',
    onLine: (line) => (output += `${line}\n`),
    env: {
      BOT_TOKEN,
      REDIS_URL: redis.url,
      STORAGE_DIR: dir,
      INGRESS_PORT: '0',
      OPS_PORT: '0',
      LOG_LEVEL: 'trace',
      ...env,
    },
  });
}

const at = (path: string) => `http://127.0.0.1:${ingress.ports.http}${path}`;
const signed = () => links.sign({ key, name: 'mine.html', type: 'text/html' }, 600);
const polling = { INGRESS_MODE: 'polling', TELEGRAM_API_ROOT: 'http://127.0.0.1:1' };

describe('an ingress that serves files', () => {
  it('serves a file and ranges of it while it polls, and logs no link', async () => {
    await start({ ...polling, FILE_LINKS: 'on' });
    const path = signed();
    const whole = await fetch(at(path));
    expect(whole.headers.get('content-disposition')).toMatch(/^attachment; filename="mine.html"/);
    expect(content.equals(Buffer.from(await whole.arrayBuffer()))).toBe(true);
    const tail = await fetch(at(path), { headers: { Range: 'bytes=-5' } });
    expect([tail.status, await tail.text()]).toEqual([206, 'user\n']);
    expect((await fetch(at(`${path}A`))).status).toBe(404);
    expect((await fetch(at('/telegram/webhook'), { method: 'POST' })).status).toBe(404);

    const ops = (path: string) => fetch(`http://127.0.0.1:${ingress.ports.ops}${path}`);
    expect(await (await ops('/readyz')).json()).toMatchObject({ storageReached: true });
    const metrics = await (await ops('/metrics')).text();
    expect(metrics).toContain('chatlane_ingress_file_links_total{outcome="forged"} 1');
    expect(metrics).toContain(`chatlane_ingress_file_bytes_total ${content.length + 5}`);
    await ingress.stop();
    for (const secret of [BOT_TOKEN, path.slice(-43), 'mine.html']) {
      expect(`${output}${metrics}`).not.toContain(secret);
    }
  });

  it('stops while a client is downloading, and serves no files unless FILE_LINKS is on', async () => {
    await start({ ...polling, FILE_LINKS: 'on' });
    const [answer] = (await once(get(at(signed())), 'response')) as [IncomingMessage];
    answer.pause();
    answer.on('error', () => undefined);
    const cut = new Promise((resolve) => answer.once('close', resolve));
    // An unread response does not delay the stop; the client continues later with a Range request.
    await ingress.stop();
    answer.resume();
    await cut;

    await start({ WEBHOOK_SECRET: 'hush' });
    expect((await fetch(at(signed()))).status).toBe(404);
    await ingress.stop();
  });
});
