import { once } from 'node:events';
import { connectRedis } from '@chatlane/redis';
import { startRedisServer, startRedisWith } from '@chatlane/tooling';
import { ann, bea, group, message, openTurns, press } from '../guards/chat.testkit.js';
import type { TurnContext } from '../turn/turn.js';
import { rateLimit, type RateLimitOptions } from './rate-limit.js';

// With a Redis that is late each process limits by itself: that is not what these tests are about.
const patienceMs = 60_000;
const { redis, stop } = await startRedisWith((options) =>
  connectRedis({ ...options, whenDown: 'fail-fast', commandTimeoutMs: patienceMs }),
);
afterAll(stop);
await once(redis, 'ready');
let deployments = 0;

const slow = { everySeconds: 100, burst: 3 };

/** Two workers of a deployment of its own, with a limit that no test waits out. */
function openWorkers(options: Partial<RateLimitOptions<TurnContext>> = {}) {
  const turns = openTurns();
  const name = `bot${(deployments += 1)}`;
  const settings = { redis, name, patienceMs, user: slow, ...options };
  const workers = [rateLimit(settings), rateLimit(settings)];
  let next = 0;
  const send = (update: object, turn = {}) => turns.passes(workers[(next += 1) % 2]!, update, turn);
  return {
    ...turns,
    send,
    key: (bucket: string) => `{${name}}:limit:${bucket}`,
    /** Has a bucket fill as if so much time had passed. */
    fill: (bucket: string, ms: number) => redis.decrby(`{${name}}:limit:${bucket}`, ms),
    /** Ends the pause of a bucket as if its time had passed. */
    endPause: (bucket: string) => redis.del(`{${name}}:limit:pause:${bucket}`),
    /** How many of so many pass. */
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
  it('lets a burst pass over all workers, answers the rest once, and touches no session', async () => {
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

  it('slides: one more passes each time that one has come back', async () => {
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

  it('locks nobody out for longer than the bucket fills when the clock of Redis is set back', async () => {
    const bot = openWorkers({ limited: (_ctx, seconds) => `${seconds}` });
    await bot.passing(1);
    await redis.incrby(bot.key('u:42'), 1_000_000_000);
    expect(await bot.passing(1)).toBe(0);
    expect(bot.said()).toEqual(['100']);
  });

  it('counts each user for themself, in all chats, and a chat that somebody writes as', async () => {
    const bot = openWorkers();
    expect(await bot.passing(5)).toBe(3);
    expect(await bot.passing(5, inGroup())).toBe(0);
    expect(await bot.passing(5, message({ from: bea }))).toBe(3);
    expect(await bot.passing(5, inGroup({ from: bea, sender_chat: group }))).toBe(3);
  });

  it('gives a person one more bucket for all channels they speak as in a group', async () => {
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
    // A channel that floods one group has no more in another, and leaves that group's bucket to others.
    expect(await bot.passing(5, inGroup(as(-1, otherGroup)))).toBe(1);
    expect(await bot.passing(5, inGroup(as(-4, otherGroup)))).toBe(2);
    // Not theirs: the admins' who write as the group, and the posts of its own channel.
    expect(await bot.passing(5, inGroup({ from: anonymous, sender_chat: group }))).toBe(3);
    const forwarded = { ...as(-5), from: { id: 777000 }, is_automatic_forward: true };
    expect(await bot.passing(5, inGroup(forwarded))).toBe(5);

    const commands = { export: { everySeconds: 100, burst: 1 } };
    const exporting = openWorkers({ user: false, commands });
    expect(await exporting.passing(2, command('/export', as(-1)))).toBe(1);
    expect(await exporting.passing(2, command('/export', as(-2)))).toBe(0);
  });

  it('limits a chat, but a flood of one user leaves it to the others', async () => {
    const bot = openWorkers({ chat: { everySeconds: 100, burst: 5 } });
    expect(await bot.passing(20, inGroup())).toBe(3);
    expect(await bot.passing(20, inGroup({ from: bea }))).toBe(2);
    expect(await redis.exists(bot.key(`c:${group.id}`))).toBe(1);
  });

  it('limits a command of its own bot only', async () => {
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

  it('takes the limit that holds for the update', async () => {
    const slowMode = ({ chat }: TurnContext) =>
      chat?.id === group.id && { everySeconds: 100, burst: 1 };
    const bot = openWorkers({ user: slowMode });
    expect([await bot.passing(3), await bot.passing(3, inGroup())]).toEqual([3, 1]);
  });

  it('does not charge a repeated turn, nor what is exempt', async () => {
    const admins = {
      isAdmin: ({ from }: TurnContext) => Promise.resolve(from?.id === bea.id),
      middleware: () => () => Promise.resolve(),
    };
    const when = ({ message: sent }: TurnContext) =>
      sent !== undefined && 'text' in sent && sent.text === '/cancel';
    const bot = openWorkers({ exempt: { callbacks: true, admins, when } });
    for (let times = 0; times < 5; times += 1) {
      expect(await bot.send(message(), { attempt: 2 })).toBe(true);
      // It had to wait for Telegram, which counts as no attempt.
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

  it('limits presses by default, and answers them as presses', async () => {
    const bot = openWorkers({ limited: 'Slow down.' });
    expect(await bot.passing(5, press('x'))).toBe(3);
    expect(bot.telegram.calls).toMatchObject([
      { method: 'answerCallbackQuery', payload: { text: 'Slow down.' } },
    ]);
  });

  it('says nothing to what people in a group say to each other', async () => {
    const bot = openWorkers();
    await bot.passing(5, inGroup());
    expect(bot.said()).toEqual([]);
    await bot.passing(5, command('/start', { chat: group }));
    expect(bot.said()).toHaveLength(1);
  });

  it('drops everything behind the first message it drops, and replies to that one, once in a pause', async () => {
    const limited = (_ctx: TurnContext, seconds: number) => `${seconds}`;
    const bot = openWorkers({ user: { everySeconds: 1, burst: 3 }, pauseSeconds: 100, limited });
    const passed: number[] = [];
    for (let message_id = 1; message_id <= 8; message_id += 1) {
      if (await bot.send(message({ message_id, text: 'hello' }))) passed.push(message_id);
      // From now on there would be room for each of the rest.
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

  it('names the first message it would answer, though the pause began with one in a group', async () => {
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

  it('drops an album as a whole, also when the pause ends in the middle of it', async () => {
    const bot = openWorkers({ user: { everySeconds: 100, burst: 1 } });
    const album = message({ photo: [], media_group_id: 'a' });
    await bot.passing(1);
    expect(await bot.send(album)).toBe(false);
    await bot.fill('u:42', 100_000);
    await bot.endPause('u:42');
    expect(await bot.send(album)).toBe(false);
    expect(await bot.passing(1)).toBe(1);
  });

  it('charges each edit of a message of an album', async () => {
    const bot = openWorkers();
    const sent = message({ photo: [], media_group_id: 'a' });
    expect(await bot.passing(1, sent)).toBe(1);
    expect(await bot.passing(5, { edited_message: sent.message })).toBe(2);
  });

  it('ends the turn well when Telegram does not take the answer, so that it is not repeated', async () => {
    const bot = openWorkers({ user: { everySeconds: 100, burst: 1 } });
    const flood = Object.assign(new Error('Too Many Requests'), { nextAction: 'retry-after' });
    bot.telegram.answers.set('sendMessage', flood);
    expect(await bot.passing(5)).toBe(1);
  });

  it('refuses a limit that cannot be kept', () => {
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

describe('rateLimit with Redis in trouble', () => {
  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'limits by itself, in each process, after %s',
    async (signal) => {
      const own = await startRedisServer();
      const connection = connectRedis({ url: own.url, name: 'test', whenDown: 'wait' });
      await connection.ping();
      const bot = openWorkers({ redis: connection, patienceMs: 2_000 });
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
