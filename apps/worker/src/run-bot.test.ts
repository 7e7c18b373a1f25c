import { createBot, type BotContext } from '@chatlane/bot';
import type { LaneEvent } from '@chatlane/contracts';
import type { Turn } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
import { createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { botInfo } from '@chatlane/testing';
import { Composer } from 'telegraf';
import { startTelegram, token, type WorkerTelegram } from './telegram.testkit.js';
import { createBotPorts } from './bot-ports.js';
import { createRunBot } from './run-bot.js';

let telegram: WorkerTelegram;
let client: TelegramClient;

beforeEach(async () => {
  telegram = await startTelegram();
  for (const chat of [1, 2, 3]) telegram.world.chats.ensurePrivate(chat);
  client = createTelegramClient({ token, apiRoot: telegram.url });
});

afterEach(async () => {
  client.close();
  await telegram.stop();
});

function message(chat: number, text: string): LaneEvent {
  const from = { id: chat, is_bot: false, first_name: 'Ann' };
  const textMessage = { message_id: 1, date: 1, chat: { id: chat, type: 'private' }, from, text };
  const update = { update_id: chat, message: textMessage };
  return { type: 'update', updateId: chat, kind: 'message', update };
}

function turn(event: LaneEvent, more: Partial<Turn> = {}): Turn {
  return {
    lane: 'c:1',
    event,
    attempt: 1,
    isRepeat: false,
    lastAttempt: false,
    waitedMs: 0,
    fate: { isGivenUpAfter: () => false, isUserNotified: false, userNotified: () => undefined },
    signal: new AbortController().signal,
    isHeld: () => true,
    pauseClock: () => () => undefined,
    sessionKey: undefined,
    sessions: { ttlSeconds: 0, get: () => Promise.resolve(undefined), stage: () => undefined },
    outbox: { stage: () => '' },
    journal: {
      recall: () => ({ state: 'new' }),
      begin: () => Promise.resolve(),
      done: () => undefined,
      undo: () => undefined,
      lost: () => undefined,
      cutOff: () => undefined,
    },
    ...more,
  };
}

/** Runs a bot with a single handler. */
function run(handler: (ctx: BotContext) => unknown) {
  const bot = new Composer<BotContext>();
  bot.use(async (ctx, next) => {
    await handler(ctx);
    // Middleware may call next() even at the end of the chain.
    await next();
  });
  return createRunBot({ bot, client, botInfo: () => botInfo });
}

describe('the bot that handles an event', () => {
  it('knows the name of its deployment', async () => {
    const bot = new Composer<BotContext>();
    let deployment: string | undefined;
    bot.use((ctx) => void (deployment = ctx.turn.deployment));
    await createRunBot({ bot, client, deployment: 'cats', botInfo: () => botInfo })(
      turn(message(1, 'hi')),
    );
    expect(deployment).toBe('cats');
  });

  it('sees the update, its own user name, and its turn', async () => {
    const seen: unknown[] = [];
    const given = turn(message(5, 'hi'), { attempt: 3, sessionKey: 'c:5:5' });
    await run(({ update, me, turn }) => seen.push(update.update_id, me, turn))(given);
    const { lane, attempt, signal, sessionKey, sessions } = given;
    expect(seen).toMatchObject([5, 'lane_bot', { lane, attempt, signal, sessionKey, sessions }]);
  });

  it('uses a client for its turn, which rejects calls once the turn is over', async () => {
    const outcomes: string[] = [];
    const runBot = run(async (ctx) => {
      const failed = (error: Error): number => outcomes.push(error.name);
      await ctx.reply('from its turn').then(() => outcomes.push('sent'), failed);
    });
    const over = AbortSignal.abort();
    await Promise.all([
      runBot(turn(message(1, 'a'))),
      runBot(turn(message(2, 'b'), { signal: over })),
      runBot(turn(message(3, 'c'), { isHeld: () => false })),
    ]);
    expect(outcomes.sort()).toEqual(['TurnOverError', 'TurnOverError', 'sent']);
    expect(telegram.calls().map(({ params }) => params.chat_id)).toEqual([1]);
  });

  it('passes its errors to the lane', async () => {
    const error = new Error('broken');
    const failed = run(() => Promise.reject(error))(turn(message(1, 'a')));
    await expect(failed).rejects.toBe(error);
  });

  it('receives an internal event like an update of its own kind', async () => {
    const seen: unknown[] = [];
    const payload = { path: 'a.pdf' };
    const event: LaneEvent = { type: 'internal', id: 'e1', kind: 'file_ready', payload };
    await run((ctx) => seen.push(ctx.update, ctx.updateType, ctx.from))(turn(event));
    expect(seen).toEqual([{ update_id: 0, file_ready: payload }, 'file_ready', undefined]);
  });

  it.each([{ path: 'a.pdf' }, null, 'a.pdf'])(
    'may ignore an internal event (%j)',
    async (payload) => {
      // Ignoring an event must not need Redis.
      const redis = connectRedis({
        url: 'redis://127.0.0.1:1',
        name: 'test',
        whenDown: 'fail-fast',
      });
      const config = {
        name: 'chatlane',
        token,
        codeDelivery: 'chat',
        ownerIds: [],
        fileLinks: undefined,
      } as const;
      const ports = createBotPorts({
        config,
        redis,
        client,
        storage: { get: () => Promise.resolve(undefined) },
        terminal: process.stderr,
      });
      const runBot = createRunBot({ bot: createBot(ports), client, botInfo: () => botInfo });
      const event: LaneEvent = { type: 'internal', id: 'e1', kind: 'report_ready', payload };
      await runBot(turn(event, { sessionKey: 'c:1:' }));
      redis.disconnect();
      expect(telegram.calls()).toEqual([]);
    },
  );
});
