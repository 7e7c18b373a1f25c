import { readUpdateBody } from '@chatlane/contracts';
import { connectRedis } from '@chatlane/redis';
import { startSimulator, type RunningSimulator, type ScriptedAnswer } from '@chatlane/simulator';
import { startRedisWith, until } from '@chatlane/testing';
import { createMemoryIntake, createRecorder, type MemoryIntake } from '../intake.testkit.js';
import { createStore } from '../store.js';
import { createGetUpdates } from './get-updates.js';
import { createPollerLock } from './poller-lock.js';
import { createPoller, type Poller } from './poller.js';

const token = `123456789:${'A'.repeat(35)}`;
const update = (id: number, chat: number) => ({ update_id: id, message: { chat: { id: chat } } });

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

let telegram: RunningSimulator;
let intake: MemoryIntake;
let observer: ReturnType<typeof createRecorder>;
let pollers: Poller[];

beforeEach(async () => {
  telegram = await startSimulator({ token });
  intake = createMemoryIntake();
  observer = createRecorder();
  pollers = [];
});

afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop()));
  await telegram.stop();
  await redis.flushall();
});

function startPoller({ first = 1, lockMs = 30_000 } = {}): Poller {
  const poller = createPoller({
    lock: createPollerLock({ redis, name: 'bot', lockMs }),
    getUpdates: createGetUpdates({ apiRoot: `${telegram.url}/`, token }),
    read: (raw) => readUpdateBody(raw),
    store: createStore({ intake, timeoutMs: 5_000, source: 'polling', observer }),
    observer,
    backOffMs: { first, last: 5 },
    laneFullWait: { intervalMs: 5, maxMs: 50 },
  });
  pollers.push(poller);
  poller.start();
  return poller;
}

/** Puts updates into Telegram's queue. */
const queue = (...updates: ReturnType<typeof update>[]) =>
  updates.forEach((each) => telegram.queue.inject(each));
const isWaiting = () => telegram.longPoll.isWaiting();
const offsets = () => telegram.calls().map(({ params }) => params['offset']);

/** Answers the next calls with these, in order. */
function answerNext(...answers: ScriptedAnswer[]): void {
  telegram.onCall(() => answers.shift());
}

const ids = () => intake.pushed.map((each) => each.update.updateId);
const failures = () => observer.events.filter((line) => line.startsWith('pollFailed'));

describe('polling', () => {
  it('stores the updates of getUpdates, and confirms them with the next offset', async () => {
    queue(update(41, 5), update(42, 6), update(44, 5));
    startPoller();
    await until(isWaiting);
    expect(ids().sort()).toEqual([41, 42, 44]);
    expect(intake.pushed[0]?.raw.toString()).toBe('{"update_id":41,\n"message":{"chat":{"id":5}}}');
    expect(telegram.calls().map(({ method, params }) => [method, params])).toEqual([
      ['getUpdates', { timeout: 30, limit: 100 }],
      ['getUpdates', { timeout: 30, limit: 100, offset: 45 }],
    ]);
  });

  it('parks an update that is nested too deeply, and stores those after it', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const answer = (ids: string) => ({ text: `\ufeff{"ok":true,"result":[${ids}]}` });
    answerNext(
      answer(`{"update_id":41,"custom_event":${deep}}`),
      answer(`{"update_id":42,"message":{"chat":{"id":5}}}`),
    );
    startPoller();
    await until(isWaiting);
    expect(offsets()).toEqual([undefined, 42, 43]);
    expect(intake.parked.map(({ reason }) => reason)).toEqual(['nested too deeply']);
    expect(ids()).toEqual([42]);
    expect(failures()).toEqual([]);
  });

  it('receives updates whose ids have restarted at a lower number', async () => {
    queue(update(900, 5));
    telegram.onCall(({ params }) => {
      if (params['offset'] !== 901) return undefined;
      telegram.queue.clear();
      return { result: [] };
    });
    startPoller();
    await until(() => offsets().length === 3 && isWaiting());
    expect(offsets()).toEqual([undefined, 901, undefined]);
    queue(update(12, 5));
    await until(() => ids().includes(12));
  });

  it('confirms nothing of a batch while one of its updates is not stored', async () => {
    queue(update(1, 5), update(2, 6), update(3, 5));
    let refusals = 3;
    intake.behaviour = (read) =>
      read?.updateId === 1 && refusals-- > 0
        ? Promise.reject(new Error('Redis is unavailable'))
        : Promise.resolve();
    startPoller();
    await until(isWaiting);
    // As at Telegram, a call that repeats an offset within half a second gets one update only, hence an offset of 2.
    expect(offsets().filter((offset) => offset !== 2)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      4,
    ]);
    // Nothing is stored after the failed update in its lane; other lanes go on.
    expect(ids().filter((id) => id !== 2)).toEqual([1, 3]);
    expect(failures()).toHaveLength(3);
    expect(failures()[0]).toMatch(/^pollFailed storage/);
  });

  it('waits for space in a full lane, and then exceeds its ceiling', async () => {
    queue(update(1, 5), update(2, 6), update(3, 5));
    const attempts: string[] = [];
    intake.behaviour = (read, { evenIfFull } = {}) => {
      if (read?.lane !== 'c:5') return Promise.resolve();
      attempts.push(`${read.updateId} ${evenIfFull}`);
      return Promise.resolve(evenIfFull ? undefined : 'lane-full');
    };
    startPoller();
    await until(isWaiting);
    expect(offsets()).toEqual([undefined, 4]);
    expect(ids()).toEqual([2, 1, 3]);
    expect(attempts[0]).toBe('1 false');
    expect(attempts.slice(-2)).toEqual(['1 true', '3 true']);
    expect(failures()).toEqual([]);
  });

  it('confirms nothing while Redis is at its memory budget', async () => {
    queue(update(1, 5));
    let refusals = 2;
    intake.behaviour = () => Promise.resolve(refusals-- > 0 ? 'memory-full' : undefined);
    startPoller();
    await until(isWaiting);
    expect(offsets()).toEqual([undefined, undefined, undefined, 2]);
    expect(failures()[0]).toMatch(/^pollFailed storage \d+ Redis has used REDIS_MEMORY_BUDGET/);
  });

  it('parks invalid updates, and confirms the others', async () => {
    answerNext({ result: [update(1, 5), { kind: 'no update' }] });
    startPoller();
    await until(isWaiting);
    expect(intake.parked.map(({ reason }) => reason)).toEqual(['not an update']);
    expect(offsets()[1]).toBe(2);
  });

  it('goes on after error responses of every kind, and reports what to do', async () => {
    const conflict = 'Conflict: terminated by other getUpdates request; make sure that...';
    const webhook = "Conflict: can't use getUpdates method while webhook is active; use...";
    answerNext(
      { error: 409, description: webhook },
      { error: 409, description: conflict },
      { error: 401, description: 'Unauthorized' },
      { error: 500, description: 'Internal Server Error' },
      { status: 502, text: '<html>' },
      { result: {} },
      { result: [{}] },
      'reset',
      { status: 302, headers: { Location: '/elsewhere' }, text: '' },
    );
    queue(update(1, 5));
    startPoller();
    await until(() => ids().includes(1));
    const lines = failures().map((line) => line.replace(/ \d+ /, ' '));
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^pollFailed conflict A webhook is set.*deleteWebhook/);
    expect(lines[1]).toMatch(/^pollFailed conflict Another program.*CHATLANE_NAME/);
    expect(lines[2]).toMatch(/^pollFailed token .*BOT_TOKEN must be/);
    expect(lines.slice(3).map((line) => line.split(' ')[1])).toEqual([
      'answer',
      'answer',
      'answer',
      'answer',
      'network',
      'network',
    ]);
    expect(observer.events.join()).not.toContain(token);
  });

  it('waits exactly as long as Telegram asks it to', async () => {
    answerNext({
      error: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 0.02 },
    });
    startPoller({ first: 10_000 });
    await until(isWaiting);
    expect(failures()).toEqual([
      'pollFailed flood 20 Telegram asks to wait before the next getUpdates.',
    ]);
  });

  it('goes on after the Bot API was unreachable', async () => {
    await telegram.stop();
    startPoller();
    await until(() => failures().length > 2);
    expect(failures()[0]).toContain(`No response from ${new URL(telegram.url).host}: ECONNREFUSED`);
    telegram = await startSimulator({ token });
  });

  it('runs in one process at a time, and moves to another when that one stops', async () => {
    const one = startPoller();
    await until(isWaiting);
    startPoller({ lockMs: 300 });
    await until(() => observer.events.filter((line) => line === 'polling waiting').length === 2);
    expect(telegram.calls()).toHaveLength(1);
    await one.stop();
    await until(() => offsets().length > 1 && isWaiting());
    queue(update(1, 5));
    await until(() => ids().includes(1));
    expect(observer.events).toContain('polling stopped');
  });

  it('aborts the pending call when the poller lock is lost', async () => {
    startPoller({ lockMs: 300 });
    await until(isWaiting);
    await redis.set('{bot}:poller', 'another');
    await until(() => !isWaiting());
    await redis.del('{bot}:poller');
    await until(isWaiting);
  });
});
