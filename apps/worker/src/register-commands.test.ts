import { connectRedis } from '@chatlane/redis';
import { createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { freePort } from '@chatlane/processes';
import { startRedisWith } from '@chatlane/testing';
import { startTelegram, token, type WorkerTelegram } from './telegram.testkit.js';
import { registerCommands, type RegisterCommandsOptions } from './register-commands.js';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

let telegram: WorkerTelegram | undefined;
let clients: TelegramClient[] = [];

afterEach(async () => {
  clients.forEach((client) => client.close());
  clients = [];
  await telegram?.stop();
  telegram = undefined;
  await redis.flushall();
});

const go = [{ command: 'go', description: 'Go' }];
const commands = [{ commands: go }];

/** Registers as a starting worker would. */
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

const methods = (): string[] => telegram?.calls().map(({ method }) => method) ?? [];

describe('registerCommands', () => {
  it('returns the bot, and registers its commands once for all workers', async () => {
    telegram = await startTelegram();
    expect(await start(telegram.url)).toMatchObject({
      id: 123456789,
      username: 'chatlane_playground_bot',
    });
    expect(await start(telegram.url)).toMatchObject({ username: 'chatlane_playground_bot' });
    expect(methods()).toEqual(['getMe', 'setMyCommands', 'getMe']);
    expect(telegram.calls()[1]?.params).toEqual({ commands: go });
  });

  it('registers a changed list, and the list of another deployment', async () => {
    telegram = await startTelegram();
    await start(telegram.url);
    await start(telegram.url, { commands: [{ commands: [] }] });
    await start(telegram.url, { name: 'other' });
    expect(methods().filter((method) => method === 'setMyCommands')).toHaveLength(3);
  });

  it('registers a list for each scope and language, and deletes those that no longer exist', async () => {
    telegram = await startTelegram();
    const scope = { type: 'all_group_chats' } as const;
    const german = { commands: go, scope, language_code: 'de' };
    await start(telegram.url, { commands: [{ commands: go, scope }, german] });
    await start(telegram.url, { commands: [{ commands: [], scope }, { commands: go }] });
    const changes = telegram.calls().filter(({ method }) => method !== 'getMe');
    expect(changes.map(({ method, params }) => [method, params])).toEqual([
      ['setMyCommands', { commands: go, scope }],
      ['setMyCommands', german],
      ['deleteMyCommands', { scope, language_code: 'de' }],
      ['setMyCommands', { commands: [], scope }],
      ['setMyCommands', { commands: go }],
    ]);
  });

  it('deletes the list for the default scope that an earlier version registered', async () => {
    telegram = await startTelegram();
    await redis.set('{chatlane}:commands', 'a1'.repeat(32));
    await start(telegram.url, {
      commands: [{ commands: go, scope: { type: 'all_private_chats' } }],
    });
    expect(methods()).toEqual(['getMe', 'deleteMyCommands', 'setMyCommands']);
  });

  it('does not change the commands when the bot exports none', async () => {
    telegram = await startTelegram();
    await start(telegram.url, { commands: undefined });
    expect(methods()).toEqual(['getMe']);
  });

  it.each([401, 404])('rejects a token that Telegram answers with %i', async (refusal) => {
    telegram = await startTelegram({ script: () => ({ error: refusal }) });
    const failed = start(telegram.url);
    await expect(failed).rejects.toThrow(
      'Telegram refuses BOT_TOKEN: use the one that @BotFather shows.',
    );
    await expect(failed).rejects.not.toThrow(token);
    expect(methods()).toEqual(['getMe']);
  });

  it('retries while Telegram is unreachable, and logs a warning', async () => {
    const port = await freePort();
    const logged: unknown[] = [];
    let started: Promise<WorkerTelegram> | undefined;
    const warn = (...line: unknown[]): void => {
      logged.push(line);
      started ??= startTelegram({ port });
    };
    const me = await start(`http://127.0.0.1:${port}`, { logger: { warn } });
    telegram = await started;
    expect(me.username).toBe('chatlane_playground_bot');
    expect(methods()).toEqual(['getMe', 'setMyCommands']);
    expect(JSON.stringify(logged)).toContain('Telegram (TELEGRAM_API_ROOT) does not respond');
    expect(JSON.stringify(logged)).not.toContain(token);
  });

  it('stops waiting when the worker stops', async () => {
    const stopping = new AbortController();
    const warn = (): void => stopping.abort(new Error('stopped meanwhile'));
    const url = `http://127.0.0.1:${await freePort()}`;
    const waiting = start(url, { logger: { warn }, signal: stopping.signal });
    await expect(waiting).rejects.toThrow('stopped meanwhile');
  });
});
