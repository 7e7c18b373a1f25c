import { once } from 'node:events';
import { connectRedis } from '@chatlane/redis';
import { startRedisServer, startRedisWith } from '@chatlane/testing';
import { ann, bea, group, message, openTurns, press } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { rateLimit, type RateLimitOptions } from './rate-limit.js';

// Long, because each process applies the limits by itself when Redis is slow, which these tests do not cover.
const timeoutMs = 60_000;
const { redis, stop } = await startRedisWith((options) =>
  connectRedis({ ...options, whenDown: 'fail-fast', commandTimeoutMs: timeoutMs }),
);
afterAll(stop);
await once(redis, 'ready');
let deployments = 0;

const slow = { everySeconds: 100, burst: 3 };

/** Two workers of a new deployment, with a limit that takes longer than any test. */
function openWorkers(options: Partial<RateLimitOptions<TurnContext>> = {}) {
  const turns = openTurns();
  const name = `bot${(deployments += 1)}`;
  const settings = { redis, name, timeoutMs, user: slow, ...options };
  const workers = [rateLimit(settings), rateLimit(settings)];
  let next = 0;
  const send = (update: object, turn = {}) => turns.passes(workers[(next += 1) % 2]!, update, turn);
  return {
    ...turns,
    send,
    key: (bucket: string) => `{${name}}:limit:${bucket}`,
    /** Fills a bucket as if this much time had passed. */
    fill: (bucket: string, ms: number) => redis.decrby(`{${name}}:limit:${bucket}`, ms),
    /** Ends the pause of a bucket. */
    endPause: (bucket: string) => redis.del(`{${name}}:limit:pause:${bucket}`),
    /** Sends this many updates, and returns how many pass. */
    async passing(count: number, update: object = message()) {
      const passed = await Promise.all(Array.from({ length: count }, () => send(update)));
      return passed.filter(Boolean).length;
    },
  };
}

const inGroup = (content: object = {}) => message({ chat: group, text: 'hello', ...content });
const command = (text: string, content: object = {}) =>
  message({
    text,
    entities: [{ type: 'bot_command', offset: 0, length: text.length }],
    ...content,
  });

describe('rateLimit', () => {
  it('passes a burst across all workers, answers the rest once, and touches no session', async () => {
    const bot = openWorkers();
    expect(await bot.passing(20)).toBe(3);
    expect(bot.said()).toEqual([
      expect.stringMatching(
        /^Not so fast, please. I skip this message and everything after it for /,
      ),
    ]);
    expect(bot.counted).toEqual(Array(17).fill('rate-limited'));
    expect(bot.touched()).toBe(0);
  });

  it('passes one more message each time the bucket has regained one', async () => {
    const bot = openWorkers();
    await bot.passing(3);
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await bot.passing(5)).toBe(0);
      await bot.fill('u:42', 100_000);
      await bot.endPause('u:42');
      expect(await bot.passing(5)).toBe(1);
    }
    await bot.fill('u:42', 1_000_000);
    await bot.endPause('u:42');
    expect(await bot.passing(5)).toBe(3);
  });

  it("refuses for no longer than the bucket takes to fill, even if Redis' clock was set back", async () => {
    const bot = openWorkers({ limited: (_ctx, seconds) => `${seconds}` });
    await bot.passing(1);
    await redis.incrby(bot.key('u:42'), 1_000_000_000);
    expect(await bot.passing(1)).toBe(0);
    expect(bot.said()).toEqual(['100']);
  });

  it('counts each user separately, across all chats, and a chat that writes as itself', async () => {
    const bot = openWorkers();
    expect(await bot.passing(5)).toBe(3);
    expect(await bot.passing(5, inGroup())).toBe(0);
    expect(await bot.passing(5, message({ from: bea }))).toBe(3);
    expect(await bot.passing(5, inGroup({ from: bea, sender_chat: group }))).toBe(3);
  });

  it('has one bucket for all channels that write in a group', async () => {
    const bot = openWorkers();
    const anonymous = { id: 1087968824, is_bot: true, first_name: 'Group' };
    const speaker = { id: 136817688, is_bot: true, first_name: 'Channel' };
    const as = (channel: number, chat: object = group) => ({
      from: speaker,
      sender_chat: { id: channel, type: 'channel', title: 'Channel' },
      chat,
    });
    const otherGroup = { ...group, id: -1006 };

    expect(await bot.passing(5, inGroup())).toBe(3);
    const passed: number[] = [];
    for (const channel of [-1, -2, -3]) passed.push(await bot.passing(2, inGroup(as(channel))));
    expect(passed).toEqual([2, 1, 0]);
    // A channel that has used up its own bucket in one group does not use up the bucket of another group.
    expect(await bot.passing(5, inGroup(as(-1, otherGroup)))).toBe(1);
    expect(await bot.passing(5, inGroup(as(-4, otherGroup)))).toBe(2);
    // Anonymous admins and posts of the group's own channel do not count in it.
    expect(await bot.passing(5, inGroup({ from: anonymous, sender_chat: group }))).toBe(3);
    const forwarded = { ...as(-5), from: { id: 777000 }, is_automatic_forward: true };
    expect(await bot.passing(5, inGroup(forwarded))).toBe(5);

    const commands = { export: { everySeconds: 100, burst: 1 } };
    const exporting = openWorkers({ user: false, commands });
    expect(await exporting.passing(2, command('/export', as(-1)))).toBe(1);
    expect(await exporting.passing(2, command('/export', as(-2)))).toBe(0);
  });

  it("limits a chat, and one user's flood does not empty the chat's bucket", async () => {
    const bot = openWorkers({ chat: { everySeconds: 100, burst: 5 } });
    expect(await bot.passing(20, inGroup())).toBe(3);
    expect(await bot.passing(20, inGroup({ from: bea }))).toBe(2);
    expect(await redis.exists(bot.key(`c:${group.id}`))).toBe(1);
  });

  it('limits a command only if it is for this bot', async () => {
    const bot = openWorkers({ user: false, commands: { export: { everySeconds: 60, burst: 1 } } });
    expect(await bot.passing(3, command('/export'))).toBe(1);
    expect(await bot.passing(3, command('/Export@Lane_Bot'))).toBe(0);
    expect(await bot.passing(3, command('/export@other_bot'))).toBe(3);
    const caption = { type: 'bot_command', offset: 0, length: 7 };
    const photo = message({ photo: [], caption: '/export', caption_entities: [caption] });
    expect(await bot.passing(3, photo)).toBe(0);
    expect(await bot.passing(3, command('/constructor'))).toBe(3);
    expect(await bot.passing(3, message({ text: 'export' }))).toBe(3);
  });

  it('uses the limit that a function returns for the update', async () => {
    const slowMode = ({ chat }: TurnContext) =>
      chat?.id === group.id && { everySeconds: 100, burst: 1 };
    const bot = openWorkers({ user: slowMode });
    expect([await bot.passing(3), await bot.passing(3, inGroup())]).toEqual([3, 1]);
  });

  it('counts neither repeated turns nor exempt updates', async () => {
    const admins = {
      isAdmin: ({ from }: TurnContext) => Promise.resolve(from?.id === bea.id),
      middleware: () => () => Promise.resolve(),
    };
    const when = ({ message: sent }: TurnContext) =>
      sent !== undefined && 'text' in sent && sent.text === '/cancel';
    const bot = openWorkers({ exempt: { callbacks: true, admins, when } });
    for (let times = 0; times < 5; times += 1) {
      expect(await bot.send(message(), { attempt: 2 })).toBe(true);
      // A turn that is repeated after a wait for Telegram, which does not count as an attempt.
      expect(await bot.send(message(), { attempt: 1, isRepeat: true })).toBe(true);
    }
    expect(await bot.passing(5, press('x'))).toBe(5);
    expect(await bot.passing(5, command('/cancel'))).toBe(5);
    expect(await redis.exists(bot.key('u:42'))).toBe(0);
    expect(await bot.passing(5, inGroup({ from: bea }))).toBe(5);
    expect(await bot.passing(5)).toBe(3);
  });

  it.each([
    message({ successful_payment: {} }),
    message({ migrate_to_chat_id: -100 }),
    { channel_post: { message_id: 1, date: 1, chat: group, sender_chat: group, text: 'x' } },
    { chat_member: { chat: group, from: ann } },
    { pre_checkout_query: { id: '1', from: ann } },
    { kind_of_the_future: {} },
  ])('never drops %j', async (update) => {
    expect(await openWorkers().passing(5, update)).toBe(5);
  });

  it('limits button presses by default, and answers them with a notice', async () => {
    const bot = openWorkers({ limited: 'Slow down.' });
    expect(await bot.passing(5, press('x'))).toBe(3);
    expect(bot.telegram.calls).toMatchObject([
      { method: 'answerCallbackQuery', payload: { text: 'Slow down.' } },
    ]);
  });

  it('does not answer ordinary messages in a group', async () => {
    const bot = openWorkers();
    await bot.passing(5, inGroup());
    expect(bot.said()).toEqual([]);
    await bot.passing(5, command('/start', { chat: group }));
    expect(bot.said()).toHaveLength(1);
  });

  it('drops everything after the first dropped message, and replies to that one, once per pause', async () => {
    const limited = (_ctx: TurnContext, seconds: number) => `${seconds}`;
    const bot = openWorkers({ user: { everySeconds: 1, burst: 3 }, pauseSeconds: 100, limited });
    const passed: number[] = [];
    for (let message_id = 1; message_id <= 8; message_id += 1) {
      if (await bot.send(message({ message_id, text: 'hello' }))) passed.push(message_id);
      // From now on the bucket has enough for all other messages.
      if (message_id === 4) await bot.fill('u:42', 10_000);
    }
    expect(passed).toEqual([1, 2, 3]);
    expect(bot.telegram.calls).toEqual([
      {
        method: 'sendMessage',
        payload: {
          chat_id: 42,
          text: '100',
          reply_parameters: { message_id: 4, allow_sending_without_reply: true },
        },
      },
    ]);
    bot.said();
    await bot.endPause('u:42');
    expect(await bot.passing(5, message({ message_id: 9 }))).toBe(3);
    expect(bot.said()).toEqual(['100']);
  });

  it('replies to the first message meant for the bot, even if the pause began with another', async () => {
    const bot = openWorkers();
    await bot.passing(5, inGroup());
    expect(bot.said()).toEqual([]);
    expect(await bot.passing(2, message({ message_id: 7 }))).toBe(0);
    expect(bot.telegram.calls).toMatchObject([
      { payload: { chat_id: 42, reply_parameters: { message_id: 7 } } },
    ]);
  });

  it('counts an album as one message, in each of its limits', async () => {
    const chat = { everySeconds: 100, burst: 2 };
    const bot = openWorkers({ chat });
    const album = (media_group_id: string) =>
      message({ photo: [], media_group_id, text: undefined });
    expect(await bot.passing(1)).toBe(1);
    for (let item = 0; item < 10; item += 1) expect(await bot.send(album('a'))).toBe(true);
    expect(await bot.passing(2, message({ chat: group }))).toBe(1);
    expect(await bot.passing(2)).toBe(0);
  });

  it('drops an album as a whole, even if the pause ends in the middle of it', async () => {
    const bot = openWorkers({ user: { everySeconds: 100, burst: 1 } });
    const album = message({ photo: [], media_group_id: 'a' });
    await bot.passing(1);
    expect(await bot.send(album)).toBe(false);
    await bot.fill('u:42', 100_000);
    await bot.endPause('u:42');
    expect(await bot.send(album)).toBe(false);
    expect(await bot.passing(1)).toBe(1);
  });

  it('counts each edit of a message in an album', async () => {
    const bot = openWorkers();
    const sent = message({ photo: [], media_group_id: 'a' });
    expect(await bot.passing(1, sent)).toBe(1);
    expect(await bot.passing(5, { edited_message: sent.message })).toBe(2);
  });

  it('does not fail the turn if Telegram refuses the answer, so that it is not repeated', async () => {
    const bot = openWorkers({ user: { everySeconds: 100, burst: 1 } });
    const flood = Object.assign(new Error('Too Many Requests'), { nextAction: 'retry-after' });
    bot.telegram.answers.set('sendMessage', flood);
    expect(await bot.passing(5)).toBe(1);
  });

  it('throws for an invalid limit', () => {
    const limits = [
      { everySeconds: 1, burst: 0 },
      { everySeconds: 1, burst: 1.5 },
      { everySeconds: 0.1, burst: 5 },
      { everySeconds: NaN, burst: 5 },
    ];
    for (const user of limits) expect(() => openWorkers({ user })).toThrow(/burst|everySeconds/);
    expect(() => openWorkers({ pauseSeconds: 0 })).toThrow('pauseSeconds');
  });
});

describe('rateLimit without Redis', () => {
  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'applies the limits in each process after %s',
    async (signal) => {
      const own = await startRedisServer();
      const connection = connectRedis({ url: own.url, name: 'test', whenDown: 'wait' });
      await connection.ping();
      const bot = openWorkers({ redis: connection, timeoutMs: 2_000 });
      expect(await bot.passing(1)).toBe(1);
      own.process.kill(signal);
      expect(await bot.passing(10)).toBe(6);
      expect(bot.counted.filter((what) => what === 'rate-limited')).toHaveLength(4);
      expect(bot.counted.filter((what) => what === 'rate-limit-insured')).toHaveLength(10);
      expect(bot.said().length).toBeLessThanOrEqual(2);
      if (signal === 'SIGSTOP') own.process.kill('SIGCONT');
      connection.disconnect();
      await own.stop();
    },
  );
});
