import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { failureOf, flood, ok, startClient, type Reply } from '../bot-api.testkit.js';
import { RetryAfterError } from '../errors.js';

/** Responds with 429 for `seconds` after the first request, as Telegram does; counts the calls that got one. */
function floodedFor(seconds: number) {
  let untilMs: number | undefined;
  const counts = { calls: 0, atOnce: 0, busy: 0 };
  return {
    counts,
    answer: async (): Promise<Reply> => {
      untilMs ??= performance.now() + seconds * 1_000;
      const leftMs = untilMs - performance.now();
      if (leftMs > 0) {
        counts.calls += 1;
        return flood(leftMs / 1_000);
      }
      counts.atOnce = Math.max(counts.atOnce, ++counts.busy);
      await sleep(10);
      counts.busy -= 1;
      return ok;
    },
  };
}

describe('the rate limit interceptor', () => {
  it('waits as long as Telegram says, then sends the call again', async () => {
    const waits: number[] = [];
    const observer = { onFloodWait: ({ waitMs }: { waitMs: number }) => void waits.push(waitMs) };
    await using test = await startClient((_, index) => (index === 0 ? flood(0.5) : ok), {
      observer,
    });
    expect(await test.telegram.sendMessage(42, 'hi')).toBe(true);
    expect(test.api.requests).toHaveLength(2);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeLessThanOrEqual(500);
  });

  it('delays all other calls to that chat, then sends them one by one', async () => {
    const { answer, counts } = floodedFor(0.1);
    let waits = () => {};
    const firstWaits = new Promise<void>((resolve) => (waits = resolve));
    await using test = await startClient(answer, { observer: { onFloodWait: () => waits() } });
    const first = test.telegram.sendMessage(42, 'first');
    await firstWaits;
    const others = ['a', 'b', 'c'].map((text) => test.client.telegram.sendMessage(42, text));
    await Promise.all([first, ...others]);
    expect(counts).toMatchObject({ calls: 1, atOnce: 1 });
    expect(test.api.requests.map(({ body }) => body['text'])).toEqual([
      'first',
      'first',
      'a',
      'b',
      'c',
    ]);
  });

  it('does not delay calls to other chats or without a chat', async () => {
    await using test = await startClient(({ body }) => (body['chat_id'] === 42 ? flood(15) : ok));
    const waiting = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    expect(await test.telegram.sendMessage(43, 'hi')).toBe(true);
    expect(await test.telegram.answerCbQuery('press')).toBe(true);
    test.cancel.abort();
    await waiting;
  });

  it('rejects with RetryAfterError when the wait is too long, and sends nothing more to that chat', async () => {
    await using test = await startClient(() => flood(30));
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
    await using test = await startClient(() => flood(0.04), { maxFloodWaitMs: 100 });
    await expect(test.telegram.sendMessage(42, 'hi')).rejects.toBeInstanceOf(RetryAfterError);
    expect(test.api.requests.length).toBeGreaterThan(1);
    expect(test.api.requests.length).toBeLessThan(5);
  });

  it('sends at full speed again after the flood wait', async () => {
    const { answer, counts } = floodedFor(0.03);
    await using test = await startClient(answer);
    await test.telegram.sendMessage(42, 'hi');
    await Promise.all(['a', 'b', 'c'].map((text) => test.telegram.sendMessage(42, text)));
    expect(counts.calls).toBe(1);
    expect(test.api.requests).toHaveLength(5);
  });

  it('does not send a stream twice', async () => {
    await using test = await startClient(() => flood(0.01));
    const upload = test.telegram.sendDocument(42, { source: Readable.from(['x']) });
    await expect(upload).rejects.toBeInstanceOf(RetryAfterError);
    expect(test.api.requests).toHaveLength(1);
  });
});

describe('a call that waits for the rate limits', () => {
  it('pauses the time limit of its turn until it is sent', async () => {
    await using test = await startClient((_, index) => (index === 0 ? flood(0.05) : ok));
    const clock: string[] = [];
    const telegram = test.client.forTurn({
      ...test.turn,
      pauseClock() {
        clock.push('stopped');
        return () => void clock.push('goes on');
      },
    });
    await telegram.sendMessage(42, 'hi');
    expect(clock).toEqual(['stopped', 'goes on']);
    await telegram.sendMessage(42, 'hi');
    expect(clock).toHaveLength(2);
  });

  it('is sent in the order in which the calls were made, regardless of when their 429s arrive', async () => {
    await using test = await startClient(async ({ body }, index) => {
      if (index >= 3) return ok;
      await sleep(body['text'] === 'a' ? 300 : 1);
      return flood(2);
    });
    await Promise.all(['a', 'b', 'c'].map((text) => test.telegram.sendMessage(42, text)));
    const texts = test.api.requests.map(({ body }) => body['text']);
    expect(texts.slice(3)).toEqual(['a', 'b', 'c']);
  });

  it('leaves the queue when its turn is over', async () => {
    await using test = await startClient((_, index) => (index === 0 ? flood(0.3) : ok));
    const first = failureOf(test.telegram.sendMessage(42, 'first'));
    await test.api.until(1);
    const second = test.client.telegram.sendMessage(42, 'second');
    test.cancel.abort();
    await first;
    await second;
    expect(test.api.requests.map(({ body }) => body['text'])).toEqual(['first', 'second']);
  });

  it("says whether the turn's own chat has to wait", async () => {
    await using test = await startClient(() => flood(30));
    const telegram = test.client.forTurn({ ...test.turn, lane: 'c:42' });
    const failures = await Promise.all([
      failureOf(telegram.sendMessage(42, 'own')),
      failureOf(telegram.sendMessage(43, 'other')),
      failureOf(test.client.forTurn({ ...test.turn, lane: 'b:x:44' }).sendMessage(44, 'business')),
    ]);
    expect(failures).toMatchObject([
      { ofOwnChat: true },
      { ofOwnChat: false },
      { ofOwnChat: true },
    ]);
  });

  it('is never a progress call, because those reject at once', async () => {
    await using test = await startClient((_, index) => (index === 0 ? flood(15) : ok));
    const edit = { chat_id: 42, message_id: 1, text: 'half' };
    const progress = () =>
      failureOf(test.telegram.callApi('editMessageText', edit, { priority: 'progress' }));
    const refusal = await progress();
    expect(refusal).toMatchObject({ name: 'RetryAfterError', ofOwnChat: true });
    expect((refusal as RetryAfterError).retryAfterMs).toBe(15_000);
    expect(await progress()).toBeInstanceOf(RetryAfterError);
    expect(test.api.requests).toHaveLength(1);
  });
});

describe('the pace of a group', () => {
  const send = (telegram: { sendMessage(chat: number, text: string): unknown }, chat: number) =>
    Array.from({ length: 30 }, (_, index) => telegram.sendMessage(chat, String(index)));

  it('allows twenty messages at once, and rejects those that would wait too long', async () => {
    await using test = await startClient(undefined, { maxFloodWaitMs: 100 });
    const sent = await Promise.allSettled(send(test.telegram, -42));
    expect(test.api.requests).toHaveLength(20);
    const refused = sent.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ reason: { name: 'RetryAfterError', ofOwnChat: true } });
    await test.telegram.sendChatAction(-42, 'typing');
    await test.telegram.sendMessage(-43, 'another group');
  });

  it('spreads further messages over time', async () => {
    await using test = await startClient();
    const sent = send(test.telegram, -42);
    await Promise.all(sent.slice(0, 22));
    expect(test.api.requests).toHaveLength(22);
    test.cancel.abort();
    await Promise.allSettled(sent);
    expect(test.api.requests).toHaveLength(22);
  });

  it('counts each item of an album', async () => {
    await using test = await startClient(undefined, { maxFloodWaitMs: 10 });
    const album = Array.from({ length: 10 }, () => ({ type: 'photo' as const, media: 'file' }));
    await test.telegram.sendMediaGroup(-42, album);
    await test.telegram.sendMediaGroup(-42, album);
    expect(await failureOf(test.telegram.sendMessage(-42, 'more'))).toBeInstanceOf(RetryAfterError);
  });

  it('does not apply to private chats', async () => {
    await using test = await startClient();
    await Promise.all(send(test.telegram, 42));
    expect(test.api.requests).toHaveLength(30);
  });
});
