import { connectRedis } from '@chatlane/redis';
import { createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { freePort, startRedisWith } from '@chatlane/tooling';
import { startBotApi, token, type BotApi } from './bot-api.testkit.js';
import { registerCommands, type RegisterCommandsOptions } from './register-commands.js';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

let api: BotApi | undefined;
let clients: TelegramClient[] = [];

afterEach(async () => {
  clients.forEach((client) => client.close());
  clients = [];
  await api?.stop();
  api = undefined;
  await redis.flushall();
});

const go = [{ command: 'go', description: 'Go' }];
const commands = [{ commands: go }];

/** What one worker does at its start. */
function start(url: string, options: Partial<RegisterCommandsOptions> = {}) {
  const client = createTelegramClient({ token, apiRoot: url, retryDelayMs: 1 });
  clients.push(client);
  return registerCommands({
    client,
    redis,
    name: 'chatlane',
    commands,
    logger: { warn: () => undefined },
    signal: new AbortController().signal,
    ...options,
  });
}

const methods = (): string[] => api?.calls.map(({ method }) => method) ?? [];

describe('a worker that introduces itself to Telegram', () => {
  it('learns who it is, and announces the commands once for all workers', async () => {
    api = await startBotApi();
    expect(await start(api.url)).toMatchObject({ id: 123456789, username: 'lane_bot' });
    expect(await start(api.url)).toMatchObject({ username: 'lane_bot' });
    expect(methods()).toEqual(['getMe', 'setMyCommands', 'getMe']);
    expect(api.calls[1]?.body).toEqual({ commands: go });
  });

  it('announces a list that has changed, and that of another deployment', async () => {
    api = await startBotApi();
    await start(api.url);
    await start(api.url, { commands: [{ commands: [] }] });
    await start(api.url, { name: 'other' });
    expect(methods().filter((method) => method === 'setMyCommands')).toHaveLength(3);
  });

  it('announces a list for each scope and language, and takes back those there are no longer', async () => {
    api = await startBotApi();
    const scope = { type: 'all_group_chats' } as const;
    const german = { commands: go, scope, language_code: 'de' };
    await start(api.url, { commands: [{ commands: go, scope }, german] });
    await start(api.url, { commands: [{ commands: [], scope }, { commands: go }] });
    const told = api.calls.filter(({ method }) => method !== 'getMe');
    expect(told.map(({ method, body }) => [method, body])).toEqual([
      ['setMyCommands', { commands: go, scope }],
      ['setMyCommands', german],
      ['deleteMyCommands', { scope, language_code: 'de' }],
      ['setMyCommands', { commands: [], scope }],
      ['setMyCommands', { commands: go }],
    ]);
  });

  it('takes the list for all back that an earlier version announced', async () => {
    api = await startBotApi();
    await redis.set('{chatlane}:commands', 'a1'.repeat(32));
    await start(api.url, { commands: [{ commands: go, scope: { type: 'all_private_chats' } }] });
    expect(methods()).toEqual(['getMe', 'deleteMyCommands', 'setMyCommands']);
  });

  it('leaves the commands alone when the bot names none', async () => {
    api = await startBotApi();
    await start(api.url, { commands: undefined });
    expect(methods()).toEqual(['getMe']);
  });

  it.each([401, 404])('gives up a token that Telegram answers with %i', async (refusal) => {
    api = await startBotApi({ refusal });
    const failed = start(api.url);
    await expect(failed).rejects.toThrow(
      'Telegram refuses BOT_TOKEN: use the one that @BotFather shows.',
    );
    await expect(failed).rejects.not.toThrow(token);
    expect(methods()).toEqual(['getMe']);
  });

  it('waits for a Telegram that cannot be reached, and says so', async () => {
    const port = await freePort();
    const told: unknown[] = [];
    let started: Promise<BotApi> | undefined;
    const warn = (...line: unknown[]): void => {
      told.push(line);
      started ??= startBotApi({ port });
    };
    const me = await start(`http://127.0.0.1:${port}`, { logger: { warn } });
    api = await started;
    expect(me.username).toBe('lane_bot');
    expect(methods()).toEqual(['getMe', 'setMyCommands']);
    expect(JSON.stringify(told)).toContain('Telegram (TELEGRAM_API_ROOT) does not answer');
    expect(JSON.stringify(told)).not.toContain(token);
  });

  it('waits no longer once the worker is to stop', async () => {
    const stopping = new AbortController();
    const warn = (): void => stopping.abort(new Error('stopped meanwhile'));
    const url = `http://127.0.0.1:${await freePort()}`;
    const waiting = start(url, { logger: { warn }, signal: stopping.signal });
    await expect(waiting).rejects.toThrow('stopped meanwhile');
  });
});
