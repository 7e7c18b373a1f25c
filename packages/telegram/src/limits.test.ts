import { until } from '@chatlane/testing';
import { failureOf, flood, ok, type BotApiRequest, type Reply } from './bot-api.testkit.js';
import { RetryAfterError } from './errors.js';
import { bulkMessage, startWorkers } from './limits.testkit.js';

const chatOf = ({ body }: BotApiRequest): number => Number(body['chat_id']);

/** Responds to calls for these chats with a flood wait of an hour. */
const floodsFor =
  (...chats: number[]) =>
  (request: BotApiRequest): Reply =>
    chats.includes(chatOf(request)) ? flood(3_600) : ok;

/** An observer that records the inferred scopes. */
function inferences() {
  const scopes: string[] = [];
  return {
    scopes,
    observer: { onInference: ({ scope }: { scope: string }) => void scopes.push(scope) },
  };
}

describe('the scope of a 429', () => {
  it('is paused on all workers, which still send to other chats', async () => {
    await using test = await startWorkers(2, floodsFor(1));
    const [one, other] = test.workers as [(typeof test.workers)[0], (typeof test.workers)[0]];
    await failureOf(one.of(1).sendMessage(1, 'hi'));
    await until(() => other.limits.pauses.leftMs('chat 1') > 0);
    expect(await failureOf(other.of(1).sendMessage(1, 'hi'))).toBeInstanceOf(RetryAfterError);
    await other.of(2).sendMessage(2, 'hi');
    expect(test.api.requests.map(chatOf)).toEqual([1, 2]);
  });

  it('is the method when three chats get one for it, even on different workers', async () => {
    const { scopes, observer } = inferences();
    await using test = await startWorkers(3, floodsFor(1, 2, 3), { observer });
    for (const [index, worker] of test.workers.entries()) {
      await failureOf(worker.of(index + 1).sendMessage(index + 1, 'hi'));
    }
    const [first] = test.workers;
    await until(() => first!.limits.pauses.leftMs('method sendMessage') > 0);
    expect(scopes).toEqual(['method sendMessage']);
    expect(await failureOf(first!.of(4).sendMessage(4, 'hi'))).toBeInstanceOf(RetryAfterError);
    expect(await first!.of(4).sendPhoto(4, 'file')).toBe(true);
    const listed = await first!.limits.pauses.list();
    expect(listed.find(({ scope }) => scope === 'method sendMessage')).toMatchObject({
      why: '429 in 3 chats within 10 s',
    });
  });

  it('is the bot when three chats get one for different methods', async () => {
    const { scopes, observer } = inferences();
    await using test = await startWorkers(1, floodsFor(1, 2, 3), { observer });
    const [worker] = test.workers;
    await failureOf(worker!.of(1).sendMessage(1, 'hi'));
    await failureOf(worker!.of(2).sendPhoto(2, 'file'));
    await failureOf(worker!.of(3).sendSticker(3, 'file'));
    await until(() => worker!.limits.pauses.leftMs('bot') > 0);
    expect(scopes).toEqual(['bot']);
    expect(await failureOf(worker!.of(4).getMe())).toBeInstanceOf(RetryAfterError);
  });

  it('is bulk when only bulk calls get one, so that replies go on', async () => {
    const { scopes, observer } = inferences();
    await using test = await startWorkers(1, floodsFor(1, 2, 3), { observer });
    const [worker] = test.workers;
    for (const chat of [1, 2, 3]) await failureOf(bulkMessage(worker!.of(9), chat, 'news'));
    await until(() => worker!.limits.pauses.leftMs('bulk') > 0);
    expect(scopes).toEqual(['bulk']);
    expect(await failureOf(bulkMessage(worker!.of(9), 4, 'news'))).toBeInstanceOf(RetryAfterError);
    expect(await worker!.of(4).sendMessage(4, 'an answer')).toBe(true);
  });

  it('is only the chat when the same one gets several', async () => {
    const { scopes, observer } = inferences();
    const answer = (_: BotApiRequest, index: number) => flood(index < 6 ? 0.01 : 3_600);
    await using test = await startWorkers(1, answer, { observer });
    const [worker] = test.workers;
    await failureOf(worker!.of(1).sendMessage(1, 'hi'));
    await failureOf(worker!.of(2).sendMessage(2, 'hi'));
    expect(test.api.requests).toHaveLength(8);
    expect(scopes).toEqual([]);
    const paused = (await worker!.limits.pauses.list()).map(({ scope }) => scope);
    expect(paused.sort()).toEqual(['chat 1', 'chat 2']);
  });
});

describe('the end of a pause of a scope wider than a chat', () => {
  /** Responds to three chats with a short flood wait, and delays the response to the next request. */
  async function startFlooded(probeAnswer: (index: number) => Reply) {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const test = await startWorkers(2, async (_request, index) => {
      if (index < 3) return flood(1);
      if (index === 3) await held;
      return probeAnswer(index);
    });
    const [one, other] = test.workers;
    const first = [1, 2, 3].map((chat) => one!.of(chat).sendMessage(chat, 'hi'));
    await until(() => other!.limits.pauses.leftMs('method sendMessage') > 0);
    const later = [4, 5, 6].map((chat) => other!.of(chat).sendMessage(chat, 'hi'));
    const all = Promise.allSettled([...first, ...later]);
    await test.api.until(4);
    return { test, all, release, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
  }

  it('lets one call of the deployment probe, and the others follow once it succeeds', async () => {
    await using flooded = await startFlooded(() => ok);
    const { test, all, release } = flooded;
    // By then both workers have asked whether they may probe.
    await until(() => test.workers[1]!.limits.pauses.leftMs('method sendMessage') < 29_000);
    expect(test.api.requests).toHaveLength(4);
    release();
    expect((await all).map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
    expect(test.api.requests).toHaveLength(9);
    expect(test.workers[0]!.limits.pauses.leftMs('method sendMessage')).toBe(0);
  });

  it('is postponed when the probe gets a 429 too', async () => {
    await using flooded = await startFlooded((index) => (index === 3 ? flood(3_600) : ok));
    const { test, all, release } = flooded;
    release();
    expect((await all).map(({ status }) => status)).toEqual(Array(6).fill('rejected'));
    expect(test.api.requests).toHaveLength(4);
    expect(test.workers[1]!.limits.pauses.leftMs('method sendMessage')).toBeGreaterThan(3_000_000);
  });
});
