import { setUpWebhook, startReceiver, until } from '../simulator.testkit.js';

const test = setUpWebhook();

async function begin(timeScale: number): Promise<void> {
  await test.restart({ timeScale });
  await test.simulator.api('setWebhook', { url: test.receiver.url });
}

describe('a failed delivery', () => {
  it("is reported by getWebhookInfo in Telegram's wording", async () => {
    test.receiver.answer = ({ response }) => response.writeHead(502).end();
    await begin(1);
    await test.simulator.say(1, 'x');
    const { result } = await until(async () => {
      const info = await test.simulator.api('getWebhookInfo');
      return (info.result as Record<string, unknown>)['last_error_message'] ? info : undefined;
    });
    expect(result).toMatchObject({
      url: test.receiver.url,
      pending_update_count: 1,
      last_error_message: 'Wrong response from the webhook: 502 Bad Gateway',
      max_connections: 40,
    });
  });

  it('may be a request without an answer within 60 seconds, and is retried', async () => {
    test.receiver.answer = ({ response }, nth) => nth > 1 && response.end();
    await begin(100);
    await test.simulator.say(1, 'x');
    await until(() => test.receiver.received.length === 2);
    const [first] = await test.simulator.deliveries();
    expect(first).toMatchObject({ outcome: 'failed', error: 'Read timeout expired' });
    expect(((first?.ended_at ?? 0) - (first?.started_at ?? 0)) * 100).toBeGreaterThanOrEqual(
      59_000,
    );
  });

  it('may be a refused connection', async () => {
    await begin(20);
    await test.receiver.stop();
    await test.simulator.say(1, 'x');
    const [first] = await until(async () => {
      const all = await test.simulator.deliveries();
      return all[0]?.ended_at === undefined ? undefined : all;
    });
    expect(first).toMatchObject({ outcome: 'failed', error: 'Connection refused' });
    test.receiver = await startReceiver();
  });

  it('may be a redirect, which is not followed', async () => {
    test.receiver.answer = ({ response }, nth) =>
      response
        .writeHead(nth === 1 ? 302 : 204, { Location: `${test.receiver.url}/elsewhere` })
        .end();
    await begin(20);
    await test.simulator.say(1, 'x');
    await until(async () => (await test.simulator.deliveries())[1]?.outcome === 'ok');
    expect(test.receiver.received).toHaveLength(2);
  });

  it('is dropped when the update expires: a button press after 150 seconds', async () => {
    const failing = async () => (await test.simulator.deliveries()).at(-1)?.outcome === 'dropped';
    test.receiver.answer = ({ response }) => response.writeHead(500).end();
    await begin(50);
    await test.simulator.post('updates', {
      callback_query: { id: 'q', from: { id: 5 }, data: 'd' },
    });
    await until(failing);
    const attempts = (await test.simulator.deliveries()).map(({ attempt }) => attempt);
    // 0+2+4+8+16+32+62 s: a ninth attempt does not fit into 150 s.
    expect(Math.max(...attempts)).toBeLessThanOrEqual(8);
    expect(test.receiver.received.length).toBeGreaterThan(1);
    const { result } = await test.simulator.api('getWebhookInfo');
    expect(result).toMatchObject({ pending_update_count: 0 });
  });

  it('does not delay another chat', async () => {
    test.receiver.answer = ({ update, response }) => {
      const { text } = update['message'] as { text: string };
      response.writeHead(text === 'poison' ? 500 : 200).end();
    };
    await begin(1);
    await test.simulator.say(1, 'poison');
    await test.simulator.say(1, 'behind');
    await test.simulator.say(2, 'fine');
    await until(async () =>
      (await test.simulator.deliveries()).some(({ outcome }) => outcome === 'ok'),
    );
    const texts = test.receiver.received.map(
      ({ update }) => (update['message'] as { text: string }).text,
    );
    expect(texts).not.toContain('behind');
  });
});
