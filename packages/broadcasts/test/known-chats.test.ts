import {
  createChatRecorder,
  createKnownChats,
  readSegment,
  type KnownChats,
  type Segment,
} from '../src/index.js';
import { sawChatsScript } from '../src/scripts.js';
import { startBroadcasts, TestSender, until, type TestBroadcasts } from './broadcasts.testkit.js';

let all: TestBroadcasts;
let test: TestBroadcasts;
let known: KnownChats;
beforeAll(async () => {
  all = await startBroadcasts();
});
beforeEach(() => {
  test = all.another();
  known = createKnownChats(test);
});
afterEach(() => test.stop());
afterAll(() => all.stop());

const user = (id: number, language_code = 'en') => ({ id, language_code });
const message = (id: number, language?: string) => ({
  update_id: 1,
  message: { chat: { id }, from: user(id, language) },
});
const member = (id: number, status: string) => ({
  update_id: 2,
  my_chat_member: { chat: { id }, from: user(id), new_chat_member: { status } },
});

async function record(...updates: object[]): Promise<void> {
  const recorder = createChatRecorder(test);
  for (const update of updates) recorder.saw(update as Record<string, unknown>);
  await recorder.stop();
}

/** A chat that was last seen some days ago. */
const sawDaysAgo = (chat: number, days: number, language = 'en') =>
  sawChatsScript.run(test.redis, test.keys.scope, [chat, days * 86_400_000, language, '']);

async function found(segment: Segment): Promise<number[]> {
  const id = await test.broadcasts.create({ content: { message: { text: 'x' } } });
  await test.broadcasts.addSegment(id, segment);
  return (await test.results(id)).map(({ chatId }) => chatId).sort((a, b) => a - b);
}

async function outcomesOf(chats: number[], topic = 'news'): Promise<[number, string][]> {
  const sender = new TestSender();
  sender.answer = (chat) => ({ outcome: chat === 13 ? 'blocked' : 'sent' });
  const id = await test.broadcasts.create({ content: { message: { text: 'x' } }, topic });
  await test.broadcasts.addRecipients(id, chats);
  const { code } = await test.broadcasts.preview(id, { chatId: 1, sender: new TestSender() });
  await test.broadcasts.start(id, { code });
  const runner = await test.runner(sender);
  await until(async () => (await test.broadcasts.status(id)).state === 'finished');
  await runner.stop();
  const results = await test.results(id);
  const sent = results.filter(({ outcome }) => outcome === 'sent').map(({ chatId }) => chatId);
  expect(sender.left.filter((chat) => chat !== 13)).toEqual(sent);
  return results.map(({ chatId, outcome }) => [chatId, outcome]);
}

describe('known chats', () => {
  it('are recorded from updates, with the day and the language of private chats', async () => {
    const today = Math.floor(Date.now() / 86_400_000);
    await record(
      message(42, 'pt-BR'),
      { update_id: 3, callback_query: { from: user(43), message: { chat: { id: 43 } } } },
      { update_id: 4, message: { chat: { id: -100 }, from: user(42) } },
      { update_id: 5, business_message: { chat: { id: 44 }, from: user(44) } },
      { update_id: 6, inline_query: { from: user(45) } },
    );
    const none = { isBlocked: false, tags: [], optedOut: [] };
    expect(await known.read(42)).toEqual({ day: today, language: 'pt-br', ...none });
    expect(await known.read(43)).toEqual({ day: today, language: 'en', ...none });
    expect(await known.read(-100)).toEqual({ day: today, language: '', ...none });
    expect(await found({ chats: 'all' })).toEqual([-100, 42, 43]);
  });

  it('are written with one command for many updates', async () => {
    await record(message(1));
    const commands = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await test.redis.info('commandstats'))![1]);
    const before = await commands();
    await record(...Array.from({ length: 1_500 }, (_each, index) => message(index + 1)));
    expect((await commands()) - before).toBe(1);
    expect(await found({})).toHaveLength(1_500);
  });

  it('are found by segments', async () => {
    await sawDaysAgo(1, 0);
    await sawDaysAgo(2, 6, 'ru');
    await sawDaysAgo(3, 40, 'pt-br');
    await sawDaysAgo(-4, 0, '');
    await known.tag(2, 'beta');
    await known.tag(3, 'beta-2');
    expect(await found({})).toEqual([1, 2, 3]);
    expect(await found({ activeDays: 1 })).toEqual([1]);
    expect(await found({ activeDays: 7 })).toEqual([1, 2]);
    expect(await found({ language: 'pt' })).toEqual([3]);
    expect(await found({ tag: 'beta' })).toEqual([2]);
    expect(await found({ chats: 'groups' })).toEqual([-4]);
    expect(await found(readSegment('active=7,language=ru,tag=beta'))).toEqual([2]);
    await known.untag(2, 'beta');
    expect(await found({ tag: 'beta' })).toEqual([]);
    expect(() => readSegment('age=7')).toThrow('A segment consists of');
  });
});

describe('people who have blocked the bot', () => {
  it('are skipped next time, and are recipients again once they come back', async () => {
    await record(message(12), message(13));
    expect(await outcomesOf([12, 13])).toEqual([
      [12, 'sent'],
      [13, 'blocked'],
    ]);
    expect((await known.read(13)).isBlocked).toBe(true);
    expect(await found({})).toEqual([12]);
    await record(member(12, 'kicked'));
    expect(await outcomesOf([12, 14])).toEqual([
      [12, 'blocked'],
      [14, 'sent'],
    ]);
    await record(member(12, 'member'), message(13));
    expect((await known.read(13)).isBlocked).toBe(false);
    expect(await found({})).toEqual([12, 13]);
  });

  it('stay marked as blocked after an update that is older than the block', async () => {
    await outcomesOf([13]);
    await sawDaysAgo(13, 1);
    expect((await known.read(13)).isBlocked).toBe(true);
  });
});

describe('chats that have opted out of a topic', () => {
  it('get no messages of this topic, but still get those of other topics', async () => {
    await known.optOut(12, 'news');
    await known.optOut(12, 'news');
    expect(await outcomesOf([11, 12], 'news')).toEqual([
      [11, 'sent'],
      [12, 'opted-out'],
    ]);
    expect(await outcomesOf([12], 'offers')).toEqual([[12, 'sent']]);
    await known.optIn(12, 'news');
    expect(await outcomesOf([12], 'news')).toEqual([[12, 'sent']]);
    await expect(known.optOut(12, 'a topic')).rejects.toThrow('letters, digits');
  });
});

describe('a message in several languages', () => {
  it('is sent in the language of the chat', async () => {
    await record(message(1, 'ru'), message(2, 'pt-br'), message(3, 'fr'));
    const sender = new TestSender();
    const texts = new Map<unknown, unknown>();
    const languages = { ru: { text: 'привет' }, pt: { text: 'oi' } };
    const id = await test.started(4, { content: { message: { text: 'hello' }, languages } });
    const send = sender.send.bind(sender);
    sender.send = (call, options) => {
      texts.set(call.payload['chat_id'], call.payload['text']);
      return send(call, options);
    };
    await test.runner(sender);
    await until(async () => (await test.broadcasts.status(id)).state === 'finished');
    expect([...texts.values()].slice(0, 4)).toEqual(['привет', 'oi', 'hello', 'hello']);
  });
});
