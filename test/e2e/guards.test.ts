import { fileURLToPath } from 'node:url';
import type { AppProcess } from '@chatlane/processes';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { startSystem, type TestSystem } from '../harness/system.js';

/** The bot's own id: its token up to the colon. */
const BOT = 123_456_789;

let system: TestSystem;
let workers: AppProcess[];
/** The Redis of the rate limits, separate from that of the lanes, which work without it. */
let limitsRedis: RedisServer;

beforeAll(async () => {
  const BOT_MODULE = fileURLToPath(new URL('../harness/guarded-bot.mjs', import.meta.url));
  limitsRedis = await startRedisServer();
  const workerEnv = { BOT_MODULE, LIMITS_REDIS_URL: limitsRedis.url };
  system = await startSystem({ workers: 2, workerEnv });
  workers = [...system.workers];
});

afterAll(async () => {
  await system.stop();
  await limitsRedis.stop();
});

interface Sent {
  message_id: number;
  text?: string;
  from: { is_bot: boolean };
  reply_markup?: { inline_keyboard: { callback_data: string }[][] };
}

function say(chat_id: number, from_id: number, text: string): Promise<unknown> {
  return system.play('/play/messages', { chat_id, from_id, text });
}

/** All messages of the bot in a chat. */
async function messagesIn(chat: number): Promise<Sent[]> {
  const history = await system.play<Sent[]>(`/play/chats/${chat}/messages`);
  return history.filter(({ from }) => from.is_bot);
}

/** The value of a counter in each worker. */
function counted(what: string): Promise<number[]> {
  const sample = `chatlane_middleware_total{what="${what}"}`;
  return Promise.all(
    workers.map(async ({ ports }) => {
      const metrics = await (await fetch(`http://127.0.0.1:${ports.ops}/metrics`)).text();
      const line = metrics.split('\n').find((each) => each.startsWith(`${sample} `));
      return Number(line?.split(' ')[1] ?? 0);
    }),
  );
}

const ann = 1001;
const bea = 1002;
const crew = -100_000;

async function groupsOf(member: number, count: number): Promise<number[]> {
  const groups = Array.from({ length: count }, (_, index) => crew - 100 * member - index);
  for (const id of groups) {
    const people = { member_ids: [member], admin_ids: [bea] };
    await system.play('/play/chats', { id, type: 'supergroup', title: 'Flooded', ...people });
  }
  await system.untilQuiet();
  return groups;
}

/** Floods the groups as one member until both workers limit them; returns the bot's messages, sorted. */
async function flood(member: number, groups: readonly number[]) {
  const before = await counted('rate-limited');
  let sent = 0;
  let limited: number[];
  do {
    await Promise.all(groups.map((group) => say(group, member, '/hello')));
    sent += groups.length;
    await system.untilQuiet();
    limited = (await counted('rate-limited')).map((count, index) => count - before[index]!);
  } while (limited.includes(0));
  const messages = (await Promise.all(groups.map(messagesIn))).flat().map(({ text }) => text);
  return { sent, limited: limited[0]! + limited[1]!, messages: messages.sort() };
}

describe('a bot with guards on two workers', () => {
  it('warns a flooding user once even if both workers handle the flood', async () => {
    const { sent, limited, messages } = await flood(ann, await groupsOf(ann, 20));
    expect(messages).toEqual([...Array<string>(5).fill('Hello.'), 'Too fast.']);
    expect(limited).toBe(sent - 5);
    expect(await counted('rate-limit-insured')).toEqual([0, 0]);
  });

  it('limits each worker separately while Redis does not answer, and warns once per worker', async () => {
    const groups = await groupsOf(1005, 8);
    limitsRedis.process.kill('SIGSTOP');
    const { sent, limited, messages } = await flood(1005, groups);
    limitsRedis.process.kill('SIGCONT');
    expect(messages).toEqual([...Array<string>(10).fill('Hello.'), 'Too fast.', 'Too fast.']);
    expect(limited).toBe(sent - 10);
    expect(await counted('rate-limit-insured')).not.toContain(0);

    // The workers use Redis again as soon as it answers.
    for (let user = 1006; ; user += 1) {
      const before = await counted('rate-limit-insured');
      await say(user, user, '/hello');
      await system.untilQuiet();
      expect(await messagesIn(user)).toMatchObject([{ text: 'Hello.' }]);
      if (String(await counted('rate-limit-insured')) === String(before)) break;
    }
  });

  it('counts handlers that end with pending calls, and logs the methods', async () => {
    await say(bea, bea, '/careless');
    await system.untilQuiet();
    expect(await messagesIn(bea)).toMatchObject([{ text: 'Sent all the same.' }]);
    const [one = 0, other = 0] = await counted('calls-pending');
    expect(one + other).toBe(1);
    const log = workers.map((worker) => worker.output()).join('');
    expect(log).toMatch(/"methods":\["sendMessage"\].*calls pending/);
  });

  it('answers people, but not other bots', async () => {
    const [group = 0] = await groupsOf(2003, 1);
    const about = {
      message_id: 900,
      date: 1,
      chat: { id: group, type: 'supergroup', title: 'Bots' },
    };
    const from = { id: 2004, is_bot: true, first_name: 'Echo', username: 'echo_bot' };
    const entities = [{ type: 'bot_command', offset: 0, length: 6 }];
    const message = { ...about, from, text: '/hello', entities };
    await system.play('/play/updates', { message });
    await say(group, 2003, '/hello');
    await system.untilQuiet();
    const hellos = (await messagesIn(group)).filter(({ text }) => text === 'Hello.');
    expect(hellos).toHaveLength(1);
  });

  it('recognizes admins, and notices a demotion immediately', async () => {
    const [creator, deputy] = [1003, 1004];
    // A bot can demote only members whom it has promoted.
    const people = { member_ids: [creator, deputy], admin_ids: [creator, BOT] };
    await system.play('/play/chats', { id: crew, type: 'supergroup', title: 'Crew', ...people });
    const ask = async (from: number, text: string): Promise<string[]> => {
      const before = (await messagesIn(crew)).length;
      await say(crew, from, text);
      await system.untilQuiet();
      return (await messagesIn(crew)).slice(before).map(({ text: words = '' }) => words);
    };
    expect(await ask(creator, `/promote ${deputy}`)).toEqual([]);
    expect(await ask(deputy, '/slow')).toEqual(['Slow.']);
    expect(await ask(creator, `/demote ${deputy}`)).toEqual([]);
    const member = { user: { id: deputy, is_bot: false, first_name: 'Deputy' } };
    await system.play('/play/updates', {
      chat_member: {
        chat: { id: crew, type: 'supergroup', title: 'Crew' },
        from: { id: creator, is_bot: false, first_name: 'Creator' },
        date: 1,
        old_chat_member: { ...member, status: 'administrator' },
        new_chat_member: { ...member, status: 'member' },
      },
    });
    await system.untilQuiet();
    expect(await ask(deputy, '/slow')).toEqual(['Only admins can do that.']);
    expect(await ask(creator, '/slow')).toEqual(['Slow.']);
  });

  it('accepts its own buttons and rejects forged ones', async () => {
    await say(bea, bea, '/vote');
    await system.untilQuiet();
    const shown = (await messagesIn(bea)).at(-1);
    const { message_id, reply_markup } = shown!;
    const data = reply_markup?.inline_keyboard[0]?.[0]?.callback_data ?? '';
    await system.play('/play/presses', { chat_id: bea, message_id, from_id: bea, data });
    await system.untilQuiet();
    // A modified client sends data that no button contains.
    const message = { message_id, date: 1, chat: { id: bea, type: 'private', first_name: 'Bea' } };
    const from = { id: bea, is_bot: false, first_name: 'Bea' };
    const forged = {
      id: '1',
      from,
      chat_instance: '1',
      message,
      data: data.replace('vote', 'veto'),
    };
    for (const each of [forged, { ...forged, data: `~${data.slice(2)}x` }]) {
      await system.play('/play/updates', { callback_query: each });
    }
    await system.untilQuiet();
    const calls = await system.play<{ method: string; params: { text?: string } }[]>('/play/calls');
    const answers = calls.filter(({ method }) => method.toLowerCase() === 'answercallbackquery');
    const gone = 'This button is no longer in use.';
    expect(answers.map(({ params }) => params.text)).toEqual(['Thank you.', gone, gone]);
    const [one = 0, other = 0] = await counted('button-forged');
    expect(one + other).toBe(2);
  });
});
