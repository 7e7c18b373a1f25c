import { setUpWebhook, until, type Received } from '../simulator.testkit.js';

const test = setUpWebhook({ timeScale: 1 });

const textOf = ({ update }: Received) => (update['message'] as { text?: string } | undefined)?.text;

describe('delivery to a webhook', () => {
  it('sends the same bytes as Telegram, with the secret and the headers', async () => {
    await test.simulator.api('setWebhook', { url: test.receiver.url, secret_token: 'S-1_x' });
    await test.simulator.say(42, 'é 😀 "q"');
    const { headers, body, update } = await until(() => test.receiver.received[0]);
    expect(body).toMatch(new RegExp(`^\\{"update_id":${update.update_id},\\n"message":\\{`));
    expect(body).toContain('"text":"\\u00e9 \\ud83d\\ude00 \\"q\\""');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'S-1_x',
      'content-length': String(body.length),
      connection: 'keep-alive',
      'accept-encoding': 'gzip, deflate',
    });
    expect(headers['user-agent']).toBeUndefined();
  });

  it('keeps one request of a chat in flight and sends its messages in order', async () => {
    const held: Received[] = [];
    test.receiver.answer = (one) => held.push(one);
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    for (const text of ['a', 'b', 'c']) await test.simulator.say(42, text);
    for (const [sent, text] of ['a', 'b', 'c'].entries()) {
      const one = await until(() => held.shift());
      expect(textOf(one)).toBe(text);
      expect(await test.simulator.deliveries()).toHaveLength(sent + 1);
      one.response.end();
    }
  });

  it('sends a button press of a chat while a message of the same chat is in flight', async () => {
    test.receiver.answer = () => undefined;
    const sent = await test.simulator.say(42, 'hello');
    expect(sent['message']).toMatchObject({ message_id: 1 });
    const inline_keyboard = [[{ text: 'Yes', callback_data: 'yes' }]];
    await test.simulator.api('sendMessage', {
      chat_id: 42,
      text: '?',
      reply_markup: { inline_keyboard },
    });
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    const press = { chat_id: 42, from_id: 42, message_id: 2, data: 'yes' };
    await test.simulator.post('presses', press);
    await until(() => test.receiver.received.length === 2);
    const kinds = test.receiver.received.map(({ update }) => Object.keys(update)[1]);
    expect(kinds.sort()).toEqual(['callback_query', 'message']);
    const lanes = (await test.simulator.deliveries()).map(({ lane }) => lane);
    expect(lanes.sort()).toEqual(['42', '42+3']);
  });

  it('delivers lanes concurrently up to max_connections', async () => {
    const held: Received[] = [];
    test.receiver.answer = (one) => held.push(one);
    await test.simulator.api('setWebhook', { url: test.receiver.url, max_connections: 3 });
    for (let user = 1; user <= 8; user += 1) await test.simulator.say(user, 'x');
    await until(() => held.length === 3);
    expect(await test.simulator.deliveries()).toHaveLength(3);
    for (let done = 1; done <= 8; done += 1) {
      expect(held.length).toBeLessThanOrEqual(3);
      (await until(() => held.shift())).response.end();
    }
    await until(async () =>
      (await test.simulator.deliveries()).every(({ outcome }) => outcome === 'ok'),
    );
    expect(await test.simulator.deliveries()).toHaveLength(8);
  });

  it('stops every chat when twice max_connections lanes fail', async () => {
    test.receiver.answer = ({ response }) =>
      response.writeHead(500, { 'Retry-After': '3600' }).end();
    await test.simulator.api('setWebhook', { url: test.receiver.url, max_connections: 2 });
    for (let user = 1; user <= 5; user += 1) await test.simulator.say(user, 'x');
    await until(() => test.receiver.received.length === 4);
    await test.simulator.say(6, 'x');
    const chats = (await test.simulator.deliveries()).map(({ lane }) => lane);
    expect(chats).toEqual(['1', '2', '3', '4']);
  });

  it('numbers updates consecutively and can jump to another id', async () => {
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    await test.simulator.say(1, 'a');
    await test.simulator.say(1, 'b');
    await test.simulator.post('update-ids', { next: 5 });
    await test.simulator.say(1, 'c');
    await until(() => test.receiver.received.length === 3);
    const [a, b, c] = test.receiver.received.map(({ update }) => update.update_id) as [
      number,
      number,
      number,
    ];
    expect(a).toBeGreaterThan(2_000_000);
    expect([b - a, c]).toEqual([1, 5]);
  });

  it('delivers 2,000 updates of 100 chats in order', async () => {
    const updates = Array.from({ length: 2_000 }, (_, n) => {
      const person = { id: 1 + (n % 100), first_name: 'Ann' };
      const chat = { ...person, type: 'private' };
      return { message: { message_id: n + 1, from: person, chat, date: 1, text: String(n) } };
    });
    await test.simulator.api('setWebhook', { url: test.receiver.url });
    await test.simulator.post('updates', updates);
    await until(() => test.receiver.received.length === updates.length);
    const byChat = new Map<number, number[]>();
    for (const { update } of test.receiver.received) {
      const { chat, text } = update['message'] as { chat: { id: number }; text: string };
      byChat.set(chat.id, [...(byChat.get(chat.id) ?? []), Number(text)]);
    }
    expect(byChat.size).toBe(100);
    for (const numbers of byChat.values()) {
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });
});
