import { lanePrefix } from '@chatlane/lanes';
import { fileURLToPath } from 'node:url';
import type { AppProcess } from '@chatlane/processes';
import { until } from '@chatlane/testing';
import { startSystem, type TestSystem } from '../harness/system.js';

const [ANN, BOB] = [501, 502];
const workerEnv = {
  BOT_MODULE: fileURLToPath(new URL('../harness/sessions-bot.mjs', import.meta.url)),
  SESSIONS_CODE: '1',
  LEASE_MS: '1000',
  MAX_ATTEMPTS: '50',
};
let system: TestSystem;
let group = -1_000;

beforeAll(async () => {
  system = await startSystem({ workers: 2, workerEnv });
});
afterAll(() => system.stop());

/** Replaces all workers by one with other code, as a deploy or a rollback does. */
async function deploy(code: '2' | '3', maxAttempts = 50): Promise<void> {
  await Promise.all([...system.workers].map((worker) => worker.stop()));
  workerEnv.SESSIONS_CODE = code;
  workerEnv.MAX_ATTEMPTS = String(maxAttempts);
  await system.startWorker();
}

async function newGroup(): Promise<number> {
  group -= 1;
  const people = { member_ids: [ANN, BOB], admin_ids: [ANN] };
  await system.play('/play/chats', { id: group, type: 'group', ...people });
  return group;
}

const say = (chat: number, from: number, text: string) =>
  system.play('/play/messages', { chat_id: chat, from_id: from, text });

/** All texts of the bot in a chat. */
async function answersIn(chat: number): Promise<string[]> {
  const history = await system.play<{ text?: string; from: { is_bot: boolean } }[]>(
    `/play/chats/${chat}/messages`,
  );
  return history.flatMap(({ text, from }) => (from.is_bot && text !== undefined ? [text] : []));
}

/** Sends a text; resolves with the bot's answer once the turn is committed. */
async function ask(chat: number, from: number, text = 'count'): Promise<string | undefined> {
  const before = (await answersIn(chat)).length;
  await say(chat, from, text);
  const answers = await until(async () => {
    const all = await answersIn(chat);
    return all.length > before && all;
  }, `an answer to ${text} in chat ${chat}`);
  await system.untilQuiet();
  return answers.at(-1);
}

const key = (chat: number, user: string | number): string =>
  `${lanePrefix('chatlane', `c:${chat}`)}:session:c:${chat}:${user}`;

/** The stored sessions of Ann and of the group. */
const stored = (chat: number) => system.redis.mget(key(chat, ANN), key(chat, 'chat'));

async function counted(worker: AppProcess, what: string): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${worker.ports.ops}/metrics`)).text();
  const sample = `chatlane_middleware_total{what="${what}"} `;
  const line = metrics.split('\n').find((each) => each.startsWith(sample));
  return Number(line?.slice(sample.length) ?? 0);
}

async function countedByAll(what: string): Promise<number> {
  const counts = await Promise.all(system.workers.map((worker) => counted(worker, what)));
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('two sessions of a group', () => {
  it('are one per member and one shared by all members', async () => {
    const chat = await newGroup();
    expect(await ask(chat, ANN)).toBe('v1 1/1');
    expect(await ask(chat, BOB)).toBe('v1 1/2');
    expect(await ask(chat, ANN)).toBe('v1 2/3');
    expect(await system.redis.ttl(key(chat, 'chat'))).toBeGreaterThan(900);
    expect(await system.redis.ttl(key(chat, ANN))).toBe(-1);
    expect(await ask(chat, ANN, 'forget')).toBe('v1 undefined/4');
    expect(await stored(chat)).toEqual([null, '{"ours":4}']);
  });

  it.each([
    ['a handler throws', 'throw', 'as asked'],
    ['one of them grows too large', 'grow', 'ctx.session is 1122 bytes as JSON: at most 1000'],
  ])('both stay unchanged when %s', async (_when, text, problem) => {
    const chat = await newGroup();
    await ask(chat, ANN);
    const buried = await system.operator.deadLetters.count();
    await say(chat, ANN, text);
    await until(async () => (await system.operator.deadLetters.count()) !== buried);
    expect(await ask(chat, BOB)).toBe('v1 1/2');
    expect(await stored(chat)).toEqual(['{"count":1}', '{"ours":2}']);
    const letters = await system.operator.deadLetters.list();
    const letter = letters.find(({ lane }) => lane === `c:${chat}`);
    expect(letter?.error.message).toContain(problem);
    expect(JSON.stringify(letter?.error)).not.toContain('diary');
  });

  it('both stay unchanged when the worker is killed, and the other worker continues', async () => {
    const chat = await newGroup();
    await ask(chat, ANN);
    expect(await ask(chat, ANN, 'kill')).toBe('v1 2/2');
    expect(system.workers).toHaveLength(1);
    expect(await stored(chat)).toEqual(['{"count":2}', '{"ours":2}']);
  });
});

describe('a deploy', () => {
  it('migrates the sessions of older code from any version', async () => {
    const [chat, other] = [await newGroup(), await newGroup()];
    await ask(chat, ANN);
    await ask(other, ANN);
    await deploy('2');
    expect(await ask(chat, ANN)).toBe('v2 2/2 from 1');
    await deploy('3');
    expect(await ask(chat, ANN)).toBe('v3 3/3 from 1, from 2');
    expect(await ask(other, ANN)).toBe('v3 2/2 from 1, from 2');
    expect(await ask(other, BOB)).toBe('v3 1/3');
    expect(await countedByAll('session-migrated')).toBe(2);
  });

  it('in progress makes updates with a session of newer code wait for a worker that runs it', async () => {
    const chat = await newGroup();
    await ask(chat, ANN);
    await deploy('2');
    const [old] = system.workers;
    await say(chat, ANN, 'count');
    await until(async () => (await countedByAll('session-newer')) !== 0);
    workerEnv.SESSIONS_CODE = '3';
    await system.startWorker();
    await old?.stop();
    await until(async () => (await answersIn(chat)).length !== 1);
    expect(await answersIn(chat)).toEqual(['v3 1/1', 'v3 2/2']);
  });

  it('that is rolled back sets newer sessions aside for 30 days, and their chats continue', async () => {
    const chat = await newGroup();
    await ask(chat, ANN);
    const [newer] = await stored(chat);
    const buried = await system.operator.deadLetters.count();
    await deploy('2', 1);
    await say(chat, ANN, 'count');
    // The update waits while a worker with the newer code may be alive, although it has only one attempt.
    await until(async () => (await countedByAll('session-newer')) > 1, 'two waits');
    expect(await stored(chat)).toEqual([newer, '{"ours":1}']);
    expect(await system.redis.del(`{chatlane}:session-version:session:3`)).toBe(1);
    expect(
      (await until(async () => (await answersIn(chat)).length > 1 && answersIn(chat))).at(-1),
    ).toBe('v2 1/2');
    await system.untilQuiet();
    const [aside = ''] = await system.redis.keys(key(chat, `${ANN}~aside-*`));
    expect(JSON.parse((await system.redis.get(aside))!)).toMatchObject({
      why: 'is of version 3, newer than 2',
      session: JSON.parse(newer!) as object,
    });
    expect(await system.redis.ttl(aside)).toBeGreaterThan(2_591_000);
    expect(await countedByAll('session-set-aside')).toBe(1);
    expect(await ask(chat, ANN)).toBe('v2 2/3');
    expect(await system.operator.deadLetters.count()).toBe(buried);
  });
});
