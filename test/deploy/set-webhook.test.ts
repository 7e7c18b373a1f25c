import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { closeServer, listen } from '@chatlane/runtime';
import { pathOf } from './repository.js';

const token = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const calls: [string | undefined, unknown][] = [];
let answer: object = { ok: true, result: true, description: 'Webhook was set' };
let apiRoot = '';

const telegram = createServer((request, response) => {
  void text(request).then((body) => {
    calls.push([request.url, JSON.parse(body)]);
    response.end(JSON.stringify(answer));
  });
});

beforeAll(async () => {
  const port = await listen(telegram, { host: '127.0.0.1', port: 0, setting: 'PORT' });
  apiRoot = `http://127.0.0.1:${port}`;
});
afterAll(() => closeServer(telegram));
beforeEach(() => calls.splice(0));

async function run(env: object): Promise<{ code: unknown; output: string }> {
  const script = pathOf('packages/tooling/deploy/set-webhook.mjs');
  const child = spawn(process.execPath, [script], {
    env: { TELEGRAM_API_ROOT: apiRoot, BOT_TOKEN: token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<unknown[]>,
  ]);
  return { code, output: stdout + stderr };
}

describe('set-webhook', () => {
  const webhook = { PUBLIC_URL: 'https://bot.example.org', WEBHOOK_SECRET: 'between-us' };

  it('points Telegram at the public address, with the secret', async () => {
    const done = await run({ INGRESS_MODE: 'webhook', WEBHOOK_PATH: '', ...webhook });
    expect(done).toEqual({ code: 0, output: 'setWebhook: Webhook was set\n' });
    const url = 'https://bot.example.org/telegram/webhook';
    const parameters = { url, secret_token: 'between-us', allowed_updates: [] };
    expect(calls).toEqual([[`/bot${token}/setWebhook`, parameters]]);
  });

  it('removes the webhook for long polling, and drops nothing that waits', async () => {
    expect((await run({ INGRESS_MODE: 'polling', ...webhook })).code).toBe(0);
    expect(calls).toEqual([[`/bot${token}/deleteWebhook`, { drop_pending_updates: false }]]);
  });

  it('names every setting that is missing', async () => {
    expect(await run({ INGRESS_MODE: 'webhook', BOT_TOKEN: '' })).toEqual({
      code: 2,
      output: ['BOT_TOKEN', 'PUBLIC_URL', 'WEBHOOK_SECRET']
        .map((setting) => `${setting}: is missing; set it in .env\n`)
        .join(''),
    });
    expect(calls).toEqual([]);
  });

  it('fails on a refusal and when nobody answers, without the token', async () => {
    answer = { ok: false, error_code: 401, description: 'Unauthorized' };
    const refused = await run({ INGRESS_MODE: 'polling' });
    expect(refused).toEqual({ code: 1, output: 'deleteWebhook: Unauthorized\n' });
    const lost = await run({ INGRESS_MODE: 'polling', TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
    expect(lost.code).toBe(1);
    expect(lost.output).not.toContain(token);
  });
});
