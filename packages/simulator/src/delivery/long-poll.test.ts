import {
  startTestSimulator,
  startReceiver,
  until,
  type ApiAnswer,
  type TestSimulator,
} from '../simulator.testkit.js';

let playground: TestSimulator;

beforeEach(async () => {
  playground = await startTestSimulator({ timeScale: 10 });
});
afterEach(() => playground.stop());

const idsOf = ({ result }: ApiAnswer) =>
  (result as { update_id: number }[]).map((u) => u.update_id);
const isPolling = async () => (await playground.get<{ mode: string }>('bot')).mode === 'polling';

describe('getUpdates', () => {
  it('returns updates until a higher offset confirms them', async () => {
    for (const text of ['a', 'b', 'c']) await playground.say(1, text);
    const first = idsOf(await playground.api('getUpdates'));
    const again = idsOf(await playground.api('getUpdates', { offset: first[0] }));
    const rest = idsOf(await playground.api('getUpdates', { offset: (first[1] as number) + 1 }));
    expect(first).toHaveLength(3);
    expect(again).toEqual(first);
    expect(rest).toEqual(first.slice(2));
  });

  it('keeps only the newest update when the offset is negative', async () => {
    for (const text of ['a', 'b', 'c']) await playground.say(1, text);
    const answer = await playground.api('getUpdates', { offset: -1 });
    expect(answer.result).toMatchObject([{ message: { text: 'c' } }]);
    const { result } = await playground.api('getWebhookInfo');
    expect(result).toMatchObject({ url: '', pending_update_count: 1 });
  });

  it('returns no more than the limit', async () => {
    for (const text of ['a', 'b', 'c']) await playground.say(1, text);
    expect(idsOf(await playground.api('getUpdates', { limit: 2 }))).toHaveLength(2);
  });

  it('waits for an update and returns it immediately', async () => {
    const answer = playground.api('getUpdates', { timeout: 50 });
    await until(isPolling);
    await playground.say(1, 'here');
    expect((await answer).result).toMatchObject([{ message: { text: 'here' } }]);
  });

  it('returns an empty list after the timeout', async () => {
    expect(await playground.api('getUpdates', { timeout: 1 })).toMatchObject({
      ok: true,
      result: [],
    });
  });

  it('ends the previous poller with a conflict', async () => {
    const first = playground.api('getUpdates', { timeout: 50 });
    await until(isPolling);
    const second = playground.api('getUpdates', { timeout: 50, offset: 1 });
    expect(await first).toMatchObject({
      http: 409,
      error_code: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    await playground.say(1, 'x');
    expect((await second).ok).toBe(true);
  });

  it('is refused while a webhook is set, and interrupted by setting one', async () => {
    const receiver = await startReceiver();
    const waiting = playground.api('getUpdates', { timeout: 50 });
    await until(isPolling);
    await playground.api('setWebhook', { url: receiver.url });
    expect((await waiting).description).toBe('Conflict: terminated by setWebhook request');
    expect(await playground.api('getUpdates')).toMatchObject({
      http: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    await receiver.stop();
  });

  it('drops expired updates', async () => {
    await playground.stop();
    playground = await startTestSimulator({ timeScale: 10_000 });
    await playground.post('updates', { inline_query: { id: 'q', from: { id: 1 } } });
    await until(async () => {
      const { result } = await playground.api('getUpdates');
      return (result as unknown[]).length === 0;
    });
  });
});
