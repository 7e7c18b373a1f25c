import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  findCommand,
  onFreePort,
  startApp,
  watchProcess,
  type AppProcess,
  type WatchedProcess,
} from '@chatlane/processes';
import { startRedisServer, until } from '@chatlane/testing';
import { read } from './repository.js';

const secret = 'only-between-telegram-and-us';
const folder = mkdtempSync(join(tmpdir(), 'chatlane-nginx-'));
const agent = new Agent({ keepAlive: true, maxSockets: 8, rejectUnauthorized: false });
const stops: (() => unknown)[] = [];
const ingresses: AppProcess[] = [];

beforeAll(async () => {
  const redis = await startRedisServer();
  stops.push(() => redis.stop());
  for (let index = 0; index < 2; index += 1) {
    const ingress = await startApp({
      app: 'ingress',
      env: {
        BOT_TOKEN: '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo',
        REDIS_URL: redis.url,
        WEBHOOK_SECRET: secret,
        INGRESS_PORT: '0',
        OPS_PORT: '0',
      },
    });
    ingresses.push(ingress);
    stops.push(() => ingress.stop());
  }
  const subject = ['-subj', '/CN=bot.example.org', '-days', '1'];
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'key.pem')];
  const { status, stderr } = spawnSync(
    'openssl',
    ['req', '-x509', ...key, ...subject, '-out', join(folder, 'certificate.pem')],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
});

afterAll(async () => {
  agent.destroy();
  for (const stop of stops.reverse()) await stop();
  rmSync(folder, { recursive: true });
});

/** Writes the configuration of the repository with this machine's ports and certificate. */
function configFor(port: number, allowed: string): string {
  const site = read('packages/deploy/nginx/chatlane.conf')
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('127.0.0.1:3000', `127.0.0.1:${ingresses[0]!.ports.http}`)
    .replace('127.0.0.1:3001', `127.0.0.1:${ingresses[1]!.ports.http}`)
    .replace(/\/etc\/letsencrypt\S+fullchain\.pem/, join(folder, 'certificate.pem'))
    .replace(/\/etc\/letsencrypt\S+privkey\.pem/, join(folder, 'key.pem'))
    .replace('91.108.4.0/22', allowed);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n');
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `pid ${join(folder, 'nginx.pid')};
     worker_processes 2;
     daemon off;
     error_log stderr;
     events {}
     http { access_log off; ${temporary}\n${site} }`,
  );
  return file;
}

/** Starts nginx, which accepts posts from `allowed` in place of one of Telegram's ranges. */
async function startNginx(allowed: string): Promise<{ port: number; server: WatchedProcess }> {
  const program = findCommand(['nginx'], `${process.env['PATH']}:/usr/sbin`)!;
  return onFreePort(async (port) => {
    const args = ['-p', folder, '-c', configFor(port, allowed), '-e', 'stderr'];
    const server = watchProcess(spawn(program, args));
    stops.push(async () => {
      server.kill('SIGTERM');
      await server.exited;
    });
    let ended = false;
    void server.exited.then(() => (ended = true));
    await until(async () => {
      if (ended) throw new Error(`nginx ended before it was ready: ${server.output()}`);
      return ask(port, { path: '/' }).then(
        () => true,
        () => false,
      );
    }, 'an nginx that responds');
    return { port, server };
  });
}

interface TestRequest {
  path?: string;
  body?: string;
}

/** Resolves with the status and the headers of the response. */
function ask(port: number, { path = '/telegram/webhook', body = '' }: TestRequest) {
  return new Promise<{ status: number; headers: object; socket: number | undefined }>(
    (resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        'x-telegram-bot-api-secret-token': secret,
      };
      const sent = request(
        { host: '127.0.0.1', port, path, method: 'POST', agent, headers },
        (response) => {
          const socket = response.socket.localPort;
          response.resume().on('end', () => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, socket });
          });
        },
      );
      sent.on('error', reject).end(body);
    },
  );
}

let updates = 0;

function update(text = 'hello'): string {
  updates += 1;
  const chat = { id: 42, type: 'private', first_name: 'Ann' };
  const message = { message_id: updates, date: 1_700_000_000, chat, from: chat, text };
  return JSON.stringify({ update_id: updates, message });
}

describe('nginx in front of two ingresses', () => {
  it("accepts posts from Telegram's addresses only, and no other path", async () => {
    const { port, server } = await startNginx('91.108.4.0/22');
    expect((await ask(port, { body: update() })).status).toBe(403);
    expect((await ask(port, { path: '/metrics' })).status).toBe(404);
    server.kill('SIGTERM');
    await server.exited;
  });

  it('passes on updates of up to 1 MB, reuses connections, and loses no update in a reload or when an ingress stops', async () => {
    const { port, server } = await startNginx('127.0.0.0/8');
    expect((await ask(port, { body: update('x'.repeat(900_000)) })).status).toBe(200);
    expect((await ask(port, { body: update('x'.repeat(1_100_000)) })).status).toBe(413);

    const answers: number[] = [];
    const sockets = new Set<number | undefined>();
    let isDone = false;
    const posting = Array.from({ length: 8 }, async () => {
      while (!isDone) {
        // Like Telegram, repeats a post that got no answer: nginx may close an idle connection just as it is reused.
        const { status, socket } = await until(
          () => ask(port, { body: update() }).catch(() => undefined),
          'an answer to a post',
        );
        answers.push(status);
        sockets.add(socket);
        await sleep(5);
      }
    });
    const more = async (count: number): Promise<void> => {
      const before = answers.length;
      await until(() => answers.length >= before + count, `${count} further answers`);
    };
    await more(100);
    expect(sockets.size).toBeLessThanOrEqual(8);
    server.kill('SIGHUP');
    await more(100);
    await ingresses[0]!.stop();
    await more(100);
    isDone = true;
    await Promise.all(posting);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  });
});
