import { setUpWebhook, until } from './simulator.testkit.js';

const test = setUpWebhook({ timeScale: 10 });
beforeEach(() => test.simulator.api('setWebhook', { url: test.receiver.url }));

const outcomes = async () => (await test.simulator.deliveries()).map(({ outcome }) => outcome);

describe('a delivery fault', () => {
  it("lose-ack: loses the webhook's acknowledgement, so that Telegram sends the update again", async () => {
    await test.simulator.post('faults', { kind: 'lose-ack', count: 1 });
    await test.simulator.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'lost-ack,ok');
    expect(test.receiver.received.map(({ body }) => body)).toEqual(
      Array(2).fill(test.receiver.received[0]?.body),
    );
  });

  it('duplicate: sends an acknowledged update again', async () => {
    await test.simulator.post('faults', { kind: 'duplicate' });
    await test.simulator.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'ok,ok');
    expect(new Set(test.receiver.received.map(({ update }) => update.update_id)).size).toBe(1);
  });

  it("status: stands in for the webhook's answer, and its Retry-After is obeyed", async () => {
    await test.simulator.post('faults', { kind: 'status', status: 502, retryAfter: 1, count: 1 });
    await test.simulator.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'failed,ok');
    expect(test.receiver.received).toHaveLength(1);
    expect((await test.simulator.deliveries())[0]).toMatchObject({ status: 502 });
  });

  it('reset: breaks the connection in the middle of the body', async () => {
    await test.simulator.post('faults', { kind: 'reset', count: 1 });
    await test.simulator.say(1, 'x');
    await until(async () => (await outcomes()).join() === 'failed,ok');
    expect(test.receiver.received).toHaveLength(1);
  });

  it('delay: delays only updates of the chat that it targets', async () => {
    await test.simulator.post('faults', { kind: 'delay', delayMs: 20_000, chat_id: 1, count: 1 });
    await test.simulator.say(1, 'late');
    await test.simulator.say(2, 'soon');
    await until(() => test.receiver.received.length === 2);
    const chats = test.receiver.received.map(
      ({ update }) => (update['message'] as { chat: { id: number } }).chat.id,
    );
    expect(chats).toEqual([2, 1]);
  });

  it('affects the given share of deliveries, the same ones for the same seed', async () => {
    const struck: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      await test.restart({ timeScale: 10, seed: 7 });
      await test.simulator.post('faults', { kind: 'duplicate', share: 0.3 });
      await test.simulator.api('setWebhook', { url: test.receiver.url });
      for (let n = 0; n < 40; n += 1) await test.simulator.say(1, String(n));
      await until(async () => {
        const { result } = await test.simulator.api('getWebhookInfo');
        return (result as { pending_update_count: number }).pending_update_count === 0;
      });
      const ids = (await test.simulator.deliveries()).map(({ update_id }) => update_id);
      struck.push(ids.map((id) => id - (ids[0] as number)).join());
    }
    expect(struck[0]).toBe(struck[1]);
    expect(struck[0]?.split(',').length).toBeGreaterThan(42);
  });

  it('is listed while it is active, until all faults are cleared', async () => {
    await test.simulator.post('faults', { kind: 'lose-ack', count: 3 });
    expect(await test.simulator.get('faults')).toEqual([
      { id: 1, kind: 'lose-ack', share: 1, count: 3 },
    ]);
    await fetch(`${test.simulator.url}/play/faults`, { method: 'DELETE' });
    expect(await test.simulator.get('faults')).toEqual([]);
  });

  it('must be of a known kind', async () => {
    const answer = await test.simulator.post('faults', { kind: 'typo' });
    expect(answer['error']).toMatch(/^kind: must be one of lose-ack, duplicate, /);
  });
});

describe('a call fault', () => {
  it('call-429: refuses the call with Retry-After, without carrying it out', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.post('faults', {
      kind: 'call-429',
      retryAfter: 7,
      method: 'sendmessage',
      count: 1,
    });
    const refused = await test.simulator.api('sendMessage', { chat_id: 1, text: 'a' });
    expect(refused).toMatchObject({
      http: 429,
      retryAfterHeader: '7',
      parameters: { retry_after: 7 },
    });
    expect((await test.simulator.api('sendMessage', { chat_id: 1, text: 'b' })).ok).toBe(true);
    expect(await test.simulator.get('chats/1/messages')).toHaveLength(2);
  });

  it('call-429 with forMs: penalizes the chat and reports the seconds left', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.post('faults', { kind: 'call-429', chat_id: 1, forMs: 60_000 });
    for (const method of ['sendMessage', 'sendMessageDraft', 'sendChatAction']) {
      const { http, parameters } = await test.simulator.api(method, { chat_id: 1 });
      expect(http).toBe(429);
      expect(parameters?.retry_after).toBeGreaterThan(1);
      expect(parameters?.retry_after).toBeLessThanOrEqual(60);
    }
    expect((await test.simulator.api('getMe')).http).toBe(200);
  });

  it('call-5xx: answers 502 for the chat that it targets', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.say(2, 'x');
    await test.simulator.post('faults', { kind: 'call-5xx', chat_id: 2 });
    expect((await test.simulator.api('sendMessage', { chat_id: 1, text: 'a' })).http).toBe(200);
    expect((await test.simulator.api('sendMessage', { chat_id: 2, text: 'a' })).http).toBe(502);
  });

  it('call-lose-ack: carries the call out, then breaks the connection', async () => {
    await test.simulator.say(1, 'x');
    await test.simulator.post('faults', { kind: 'call-lose-ack', count: 1 });
    await expect(test.simulator.api('sendMessage', { chat_id: 1, text: 'sent' })).rejects.toThrow();
    expect(await test.simulator.get('chats/1/messages')).toMatchObject([
      { text: 'x' },
      { text: 'sent' },
    ]);
    expect((await test.simulator.calls()).at(-1)).toMatchObject({
      method: 'sendMessage',
      status: 0,
      ok: true,
    });
  });
});
