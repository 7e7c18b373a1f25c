import {
  startTestSimulator,
  startReceiver,
  until,
  type TestSimulator,
  type Receiver,
} from './simulator.testkit.js';

let playground: TestSimulator;
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  playground = await startTestSimulator({ timeScale: 10 });
  await playground.api('setWebhook', { url: receiver.url });
});
afterEach(async () => {
  await playground.stop();
  await receiver.stop();
});

const outcomes = async () => (await playground.deliveries()).map(({ outcome }) => outcome);

describe('a delivery fault', () => {
  it("lose-ack: loses the webhook's acknowledgement, so that Telegram sends the update again", async () => {
    await playground.post('faults', { kind: 'lose-ack', count: 1 });
    await playground.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'lost-ack,ok');
    expect(receiver.received.map(({ body }) => body)).toEqual(
      Array(2).fill(receiver.received[0]?.body),
    );
  });

  it('duplicate: sends an acknowledged update once more', async () => {
    await playground.post('faults', { kind: 'duplicate' });
    await playground.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'ok,ok');
    expect(new Set(receiver.received.map(({ update }) => update.update_id)).size).toBe(1);
  });

  it("status: stands in for the webhook's answer, and its Retry-After is obeyed", async () => {
    await playground.post('faults', { kind: 'status', status: 502, retryAfter: 1, count: 1 });
    await playground.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'failed,ok');
    expect(receiver.received).toHaveLength(1);
    expect((await playground.deliveries())[0]).toMatchObject({ status: 502 });
  });

  it('reset: breaks the connection in the middle of the body', async () => {
    await playground.post('faults', { kind: 'reset', count: 1 });
    await playground.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'failed,ok');
    expect(receiver.received).toHaveLength(1);
  });

  it('delay: delays the update in its chat only', async () => {
    await playground.post('faults', { kind: 'delay', delayMs: 20_000, chat_id: 1, count: 1 });
    await playground.say(1, 'late');
    await playground.say(2, 'soon');
    await until(() => receiver.received.length === 2);
    const chats = receiver.received.map(
      ({ update }) => (update['message'] as { chat: { id: number } }).chat.id,
    );
    expect(chats).toEqual([2, 1]);
  });

  it('affects the given share of deliveries, the same ones for the same seed', async () => {
    const struck: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await playground.stop();
      playground = await startTestSimulator({ timeScale: 10, seed: 7 });
      await playground.post('faults', { kind: 'duplicate', share: 0.3 });
      await playground.api('setWebhook', { url: receiver.url });
      for (let n = 0; n < 40; n += 1) await playground.say(1, String(n));
      await until(async () => {
        const { result } = await playground.api('getWebhookInfo');
        return (result as { pending_update_count: number }).pending_update_count === 0;
      });
      const ids = (await playground.deliveries()).map(({ update_id }) => update_id);
      struck.push(ids.map((id) => id - (ids[0] as number)).join());
    }
    expect(struck[0]).toBe(struck[1]);
    expect(struck[0]?.split(',').length).toBeGreaterThan(42);
  });

  it('is listed while active, until all are cleared', async () => {
    await playground.post('faults', { kind: 'lose-ack', count: 3 });
    expect(await playground.get('faults')).toEqual([
      { id: 1, kind: 'lose-ack', share: 1, count: 3 },
    ]);
    await fetch(`${playground.url}/play/faults`, { method: 'DELETE' });
    expect(await playground.get('faults')).toEqual([]);
  });

  it('must be of a known kind', async () => {
    const answer = await playground.post('faults', { kind: 'typo' });
    expect(answer['error']).toMatch(/^kind: must be one of lose-ack, duplicate, /);
  });
});

describe('a call fault', () => {
  it('call-429: refuses the call with Retry-After, without carrying it out', async () => {
    await playground.say(1, 'x');
    await playground.post('faults', {
      kind: 'call-429',
      retryAfter: 7,
      method: 'sendmessage',
      count: 1,
    });
    const refused = await playground.api('sendMessage', { chat_id: 1, text: 'a' });
    expect(refused).toMatchObject({
      http: 429,
      retryAfterHeader: '7',
      parameters: { retry_after: 7 },
    });
    expect((await playground.api('sendMessage', { chat_id: 1, text: 'b' })).ok).toBe(true);
    expect(await playground.get('chats/1/messages')).toHaveLength(2);
  });

  it('call-429 with forMs: penalizes the chat and reports the seconds left', async () => {
    await playground.say(1, 'x');
    await playground.post('faults', { kind: 'call-429', chat_id: 1, forMs: 60_000 });
    for (const method of ['sendMessage', 'sendMessageDraft', 'sendChatAction']) {
      const { http, parameters } = await playground.api(method, { chat_id: 1 });
      expect(http).toBe(429);
      expect(parameters?.retry_after).toBeGreaterThan(1);
      expect(parameters?.retry_after).toBeLessThanOrEqual(60);
    }
    expect((await playground.api('getMe')).http).toBe(200);
  });

  it('call-5xx: answers 502 for the chat that it targets', async () => {
    await playground.say(1, 'x');
    await playground.say(2, 'x');
    await playground.post('faults', { kind: 'call-5xx', chat_id: 2 });
    expect((await playground.api('sendMessage', { chat_id: 1, text: 'a' })).http).toBe(200);
    expect((await playground.api('sendMessage', { chat_id: 2, text: 'a' })).http).toBe(502);
  });

  it('call-lose-ack: carries the call out, then breaks the connection', async () => {
    await playground.say(1, 'x');
    await playground.post('faults', { kind: 'call-lose-ack', count: 1 });
    await expect(playground.api('sendMessage', { chat_id: 1, text: 'sent' })).rejects.toThrow();
    expect(await playground.get('chats/1/messages')).toMatchObject([
      { text: 'x' },
      { text: 'sent' },
    ]);
    expect((await playground.calls()).at(-1)).toMatchObject({
      method: 'sendMessage',
      status: 0,
      ok: true,
    });
  });
});
