import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { failureOf, flood, ok, startRoad, type Reply } from './bot-api.testkit.js';
import { RetryAfterError } from './errors.js';

/** Answers 429 until `seconds` after the first request, as Telegram does; records how many calls met it. */
function floodedFor(seconds: number) {
  let untilMs: number | undefined;
  const met = { calls: 0, atOnce: 0, busy: 0 };
  return {
    met,
    answer: async (): Promise<Reply> => {
      untilMs ??= performance.now() + seconds * 1_000;
      const leftMs = untilMs - performance.now();
      if (leftMs > 0) {
        met.calls += 1;
        return flood(leftMs / 1_000);
      }
      met.atOnce = Math.max(met.atOnce, ++met.busy);
      await sleep(10);
      met.busy -= 1;
      return ok;
    },
  };
}

describe('floodWait', () => {
  it('waits as long as Telegram says and sends the call again', async () => {
    const waits: number[] = [];
    const observer = { onFloodWait: ({ waitMs }: { waitMs: number }) => void waits.push(waitMs) };
    await using test = await startRoad((_, index) => (index === 0 ? flood(0.05) : ok), {
      observer,
    });
    expect(await test.telegram.sendMessage(42, 'hi')).toBe(true);
    expect(test.api.requests).toHaveLength(2);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(40);
  });

  it('holds all other calls to that chat back, and lets them leave one by one', async () => {
    const { answer, met } = floodedFor(0.1);
    let waits = () => {};
    const firstWaits = new Promise<void>((resolve) => (waits = resolve));
    await using test = await startRoad(answer, { observer: { onFloodWait: () => waits() } });
    const first = test.telegram.sendMessage(42, 'first');
    await firstWaits;
    const others = ['a', 'b', 'c'].map((text) => test.road.telegram.sendMessage(42, text));
    await Promise.all([first, ...others]);
    expect(met).toMatchObject({ calls: 1, atOnce: 1 });
    expect(test.api.requests.map(({ body }) => body['text'])).toEqual([
      'first',
      'first',
      'a',
      'b',
      'c',
    ]);
  });

  it('does not hold other chats back, nor calls that name no chat', async () => {
    await using test = await startRoad(({ body }) => (body['chat_id'] === 42 ? flood(15) : ok));
    const waiting = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    expect(await test.telegram.sendMessage(43, 'hi')).toBe(true);
    expect(await test.telegram.answerCbQuery('press')).toBe(true);
    test.cancel.abort();
    await waiting;
  });

  it('asks the turn to rest when the wait is too long, and sends nothing more to that chat', async () => {
    await using test = await startRoad(() => flood(30));
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(RetryAfterError);
    expect(error).toMatchObject({ nextAction: 'retry-after', errorCode: 429 });
    const { retryAfterMs } = error as RetryAfterError;
    expect(retryAfterMs).toBeGreaterThan(20_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
    await expect(test.telegram.sendMessage(42, 'again')).rejects.toBeInstanceOf(RetryAfterError);
    expect(test.api.requests).toHaveLength(1);
  });

  it('adds up the waits of one call', async () => {
    await using test = await startRoad(() => flood(0.04), { maxFloodWaitMs: 100 });
    await expect(test.telegram.sendMessage(42, 'hi')).rejects.toBeInstanceOf(RetryAfterError);
    expect(test.api.requests.length).toBeGreaterThan(1);
    expect(test.api.requests.length).toBeLessThan(5);
  });

  it('sends normally again when the flood is over', async () => {
    const { answer, met } = floodedFor(0.03);
    await using test = await startRoad(answer);
    await test.telegram.sendMessage(42, 'hi');
    await Promise.all(['a', 'b', 'c'].map((text) => test.telegram.sendMessage(42, text)));
    expect(met.calls).toBe(1);
    expect(test.api.requests).toHaveLength(5);
  });

  it('does not send a stream twice: what was read is gone', async () => {
    await using test = await startRoad(() => flood(0.01));
    const upload = test.telegram.sendDocument(42, { source: Readable.from(['x']) });
    await expect(upload).rejects.toBeInstanceOf(RetryAfterError);
    expect(test.api.requests).toHaveLength(1);
  });
});
