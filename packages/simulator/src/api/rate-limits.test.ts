import { createClock, type Clock } from '../clock.js';
import { startTestSimulator } from '../simulator.testkit.js';
import { ApiError } from './api-error.js';
import { createRateLimits } from './rate-limits.js';

/** A clock that stands still until a test moves it. It records waits. */
function createStillClock(): Clock & { now: number; waited: number[] } {
  const clock = {
    ...createClock(1),
    now: 0,
    waited: [] as number[],
    elapsedMs: () => clock.now,
    wait: (ms: number) => {
      clock.waited.push(ms);
      return Promise.resolve();
    },
  };
  return clock;
}

const one = { chatId: 1, isGroup: false, messages: 1, paid: false };

async function retryAfter(spending: Promise<void>): Promise<number | undefined> {
  const error: unknown = await spending.then(() => undefined).catch((e: unknown) => e);
  return error instanceof ApiError ? error.parameters?.retry_after : undefined;
}

describe('rate limits', () => {
  it('allow a burst of 5 in a chat, then delay calls by up to 8 s', async () => {
    const clock = createStillClock();
    const limits = createRateLimits(clock, true);
    for (let n = 0; n < 13; n += 1) await limits.spend(one);
    expect(clock.waited).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((s) => s * 1_000));
    expect(await retryAfter(limits.spend(one))).toBe(9);
  });

  it('refuse only the chat that got a 429, and longer with every further call', async () => {
    const clock = createStillClock();
    const limits = createRateLimits(clock, true);
    for (let n = 0; n < 13; n += 1) await limits.spend(one);
    await retryAfter(limits.spend(one));
    expect(await retryAfter(limits.spend(one))).toBe(10);
    expect(await retryAfter(limits.spend({ ...one, chatId: 2 }))).toBeUndefined();
    clock.now = 9_999;
    expect(await retryAfter(limits.spend(one))).toBe(2);
    clock.now = 11_000;
    expect(await retryAfter(limits.spend(one))).toBeUndefined();
  });

  it('allow 20 messages a minute in a group, and refuse more immediately', async () => {
    const clock = createStillClock();
    const limits = createRateLimits(clock, true);
    const group = { ...one, chatId: -5, isGroup: true };
    for (let n = 0; n < 20; n += 1) await limits.spend(group);
    expect(await retryAfter(limits.spend(group))).toBe(3);
    expect(await retryAfter(limits.spend(group))).toBe(4);
    clock.now = 4_001;
    expect(await retryAfter(limits.spend(group))).toBeUndefined();
    expect(clock.waited).toEqual([]);
  });

  it('allow 30 messages a second overall, and 1,000 of a paid broadcast', async () => {
    const clock = createStillClock();
    const limits = createRateLimits(clock, true);
    for (let chatId = 1; chatId <= 30; chatId += 1) await limits.spend({ ...one, chatId });
    expect(clock.waited).toEqual([]);
    await limits.spend({ ...one, chatId: 31 });
    expect(clock.waited[0]).toBeCloseTo(1_000 / 30);
    for (let chatId = 100; chatId < 1_100; chatId += 1) {
      await limits.spend({ ...one, chatId, paid: true });
    }
    expect(clock.waited).toHaveLength(1);
  });

  it('count each item of an album', async () => {
    const clock = createStillClock();
    const limits = createRateLimits(clock, true);
    await limits.spend({ ...one, messages: 10 });
    await limits.spend(one);
    expect(clock.waited).toEqual([6_000]);
  });

  it('answer 429 with body and header as Telegram does, and leave other methods alone', async () => {
    const playground = await startTestSimulator({ rateLimits: true, timeScale: 10 });
    await playground.say(1, 'x');
    const send = () => playground.api('sendMessage', { chat_id: 1, text: 'x' });
    const answers = await Promise.all(Array.from({ length: 100 }, send));
    const chat = await playground.api('getChat', { chat_id: 1 });
    await playground.stop();
    const refused = answers.find(({ ok }) => !ok);
    const seconds = refused?.parameters?.retry_after as number;
    expect(seconds).toBeGreaterThan(0);
    expect(refused).toEqual({
      http: 429,
      retryAfterHeader: String(seconds),
      ok: false,
      error_code: 429,
      description: `Too Many Requests: retry after ${seconds}`,
      parameters: { retry_after: seconds },
    });
    expect(chat.ok).toBe(true);
  });
});
