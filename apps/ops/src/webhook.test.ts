import { startSimulator, type RunningSimulator } from '@chatlane/simulator';
import { startDeployment, token, type TestDeployment } from './ops.testkit.js';

let telegram: RunningSimulator;
let deployment: TestDeployment;
let before: number;
beforeAll(async () => {
  telegram = await startSimulator({ token });
  // The simulator itself delivers to this machine only.
  telegram.onCall(({ method }) => (method === 'setWebhook' ? { result: true } : undefined));
  deployment = await startDeployment();
});
beforeEach(() => {
  before = telegram.calls().length;
});
afterAll(async () => {
  await deployment.stop();
  await telegram.stop();
});

const bot = () => ({ BOT_TOKEN: token, TELEGRAM_API_ROOT: telegram.url });
/** The calls of the test so far that change something. */
const calls = () =>
  telegram
    .calls()
    .slice(before)
    .filter(({ method }) => method !== 'getWebhookInfo')
    .map(({ method, params }) => [method, params]);
const settings = () => ({
  ...bot(),
  PUBLIC_URL: 'https://bot.example.org',
  WEBHOOK_SECRET: 'between-us',
});
const url = 'https://bot.example.org/telegram/webhook';

describe('chatlane-ops webhook', () => {
  it("keeps Telegram's current kinds until a worker has stored what the bot wants", async () => {
    const done = await deployment.ops('webhook', settings());
    expect(done.code).toBe(0);
    expect(done.out).toMatch(/sends updates to https:.*webhook: .* run this again/);
    expect(calls()).toEqual([['setWebhook', { url, secret_token: 'between-us' }]]);
  });

  it('registers the ingress and the kinds that the bot wants', async () => {
    const kinds = ['message', 'chat_member', 'managed_bot'];
    await deployment.opened.storeAllowedUpdates(kinds);
    const parameters = { url, secret_token: 'between-us', allowed_updates: kinds };
    expect(await deployment.json('webhook', settings())).toEqual({ url, allowedUpdates: kinds });
    expect(calls()).toEqual([['setWebhook', parameters]]);
    await deployment.opened.storeAllowedUpdates([]);
    const behindPath = { ...settings(), PUBLIC_URL: 'https://host/bot/', WEBHOOK_PATH: '/hook' };
    expect(await deployment.json('webhook', behindPath)).toMatchObject({
      url: 'https://host/bot/hook',
    });
    expect(calls().at(-1)?.[1]).toMatchObject({ allowed_updates: [] });
  });

  it('removes the webhook for long polling, without dropping pending updates', async () => {
    const polling = { ...settings(), INGRESS_MODE: 'polling' };
    expect((await deployment.ops('webhook', polling)).code).toBe(0);
    expect(calls()).toEqual([['deleteWebhook', { drop_pending_updates: false }]]);
  });

  it('names every setting that is missing', async () => {
    const { code, errors } = await deployment.ops('webhook', { INGRESS_MODE: 'webhook' });
    expect(code).toBe(2);
    for (const setting of ['BOT_TOKEN', 'PUBLIC_URL', 'WEBHOOK_SECRET']) {
      expect(errors).toContain(`${setting}: is missing`);
    }
    expect(calls()).toEqual([]);
  });

  it('reports that Telegram refuses or does not answer, without the token', async () => {
    const refused = await deployment.ops('webhook', { ...settings(), BOT_TOKEN: `${token}x` });
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.errors).toContain('Telegram rejects BOT_TOKEN');
    const nowhere = { ...settings(), TELEGRAM_API_ROOT: 'http://127.0.0.1:1' };
    const lost = await deployment.ops('webhook', nowhere);
    expect(lost.code).toBe(1);
    expect(lost.errors).toContain('TELEGRAM_API_ROOT');
    expect(refused.errors + lost.errors).not.toContain(token);
  });
});
