import { callFor } from '../src/content.js';
import { readContent, type BroadcastContent, type BroadcastSender } from '../src/index.js';
import {
  chats,
  startBroadcasts,
  TestSender,
  until,
  type TestBroadcasts,
} from './broadcasts.testkit.js';

let test: TestBroadcasts;
beforeAll(async () => {
  test = await startBroadcasts();
});
afterAll(() => test.stop());

const content = { message: { text: 'hello' } };
const to = { chatId: 1, sender: new TestSender() };

describe('the audience of a draft', () => {
  it('contains each chat once and takes 8 bytes for each', async () => {
    const id = await test.broadcasts.create({ content });
    const first = await test.broadcasts.addRecipients(id, [42, -1001234567890123, 42, 7]);
    expect(first).toEqual({ added: 3, recipients: 3 });
    expect(await test.broadcasts.addRecipients(id, [7, 8])).toEqual({ added: 1, recipients: 4 });
    expect((await test.results(id)).map(({ chatId }) => chatId)).toEqual([
      42, -1001234567890123, 7, 8,
    ]);
    expect(await test.redis.strlen(`${test.keys.broadcast(id)}:audience`)).toBe(32);
  });

  it('can be read from a stream', async () => {
    async function* stream(): AsyncGenerator<number> {
      for (const chat of chats(2_500)) yield await Promise.resolve(chat);
    }
    const id = await test.broadcasts.create({ content });
    expect(await test.broadcasts.addRecipients(id, stream())).toEqual({
      added: 2_500,
      recipients: 2_500,
    });
  });

  it('accepts only chat ids', async () => {
    const id = await test.broadcasts.create({ content });
    await expect(test.broadcasts.addRecipients(id, [1, 1.5])).rejects.toThrow(
      'Recipient 2 is not a chat id',
    );
  });
});

describe('the confirmation of a draft', () => {
  it('is valid only for the content and the audience that were previewed', async () => {
    const { broadcasts } = test;
    const id = await broadcasts.create({ content });
    await broadcasts.addRecipients(id, [42]);
    const first = await broadcasts.preview(id, to);
    expect(first).toMatchObject({ recipients: 1, maxStars: 0 });
    await broadcasts.addRecipients(id, [43]);
    await expect(broadcasts.start(id, { code: first.code })).rejects.toThrow(
      `Broadcast ${id} is draft; only one that is previewed can be started.`,
    );
    const second = await broadcasts.preview(id, to);
    expect(second.code).not.toBe(first.code);
    await expect(broadcasts.start(id, { code: first.code })).rejects.toThrow(
      'The code does not confirm',
    );
    await broadcasts.setContent(id, { message: { text: 'hello again' } });
    const third = await broadcasts.preview(id, to);
    expect([first.code, second.code]).not.toContain(third.code);
    await broadcasts.start(id, { code: third.code });
    await expect(broadcasts.start(id, { code: third.code })).rejects.toThrow('is scheduled');
    await expect(broadcasts.addRecipients(id, [44])).rejects.toThrow('is scheduled');
    expect(await test.redis.keys(`${test.keys.broadcast(id)}:seen:*`)).toEqual([]);
  });

  it('needs recipients, and a preview that Telegram accepts', async () => {
    const id = await test.broadcasts.create({ content });
    await expect(test.broadcasts.preview(id, to)).rejects.toThrow('has no recipients');
    await test.broadcasts.addRecipients(id, [42]);
    const sender = new TestSender();
    sender.answer = () => ({ outcome: 'failed', why: "400 Bad Request: can't parse entities" });
    await expect(test.broadcasts.preview(id, { chatId: 1, sender })).rejects.toThrow(
      "was not sent to chat 1: 400 Bad Request: can't parse entities.",
    );
    expect((await test.broadcasts.status(id)).state).toBe('draft');
  });

  it('shows each language, and the most that a paid broadcast costs', async () => {
    const languages = { ru: { text: 'привет' }, 'pt-br': { text: 'oi' } };
    const id = await test.broadcasts.create({ content: { ...content, languages }, paid: true });
    await test.broadcasts.addRecipients(id, chats(25));
    const shown: unknown[] = [];
    const sender: BroadcastSender = {
      send(call) {
        shown.push(call.payload);
        return Promise.resolve({ outcome: 'sent' });
      },
    };
    const preview = await test.broadcasts.preview(id, { chatId: 1, sender });
    expect(preview.maxStars).toBe(3);
    expect(shown).toEqual([
      { chat_id: 1, text: 'hello' },
      { chat_id: 1, text: 'привет' },
      { chat_id: 1, text: 'oi' },
    ]);
  });
});

describe('a paid broadcast', () => {
  it.each([
    [{ paid: true }, 970],
    [{ paid: true, perSecond: 60 }, 500],
    [{ paid: true, perSecond: 30 }, 0],
    [{}, 0],
  ])('shows the most that it costs before it is confirmed: %j', async (draft, stars) => {
    const id = await test.broadcasts.create({ content, ...draft });
    await test.broadcasts.addRecipients(id, chats(10_000));
    expect((await test.broadcasts.preview(id, to)).maxStars).toBe(stars);
  });

  it('marks its messages as paid, and cannot be a forward', async () => {
    const id = await test.started(1, { paid: true });
    const payloads: unknown[] = [];
    const sender: BroadcastSender = {
      async send({ payload }, { begin }) {
        await begin();
        payloads.push(payload);
        return { outcome: 'sent' };
      },
    };
    const runner = await test.runner(sender);
    await until(async () => (await test.broadcasts.status(id)).state === 'finished');
    await runner.stop();
    expect(payloads).toContainEqual({ chat_id: 1, text: 'hello', allow_paid_broadcast: true });
    const forward = { forward: { chatId: 1, messageId: 2 } };
    await expect(test.broadcasts.create({ content: forward, paid: true })).rejects.toThrow(
      'Forwards cannot be paid for',
    );
  });
});

describe('a message', () => {
  const buttons = [
    [
      { text: 'Open', url: 'https://example.org' },
      { text: 'Yes', data: 'yes' },
    ],
  ];
  const reply_markup = {
    inline_keyboard: [
      [
        { text: 'Open', url: 'https://example.org' },
        { text: 'Yes', callback_data: 'yes' },
      ],
      [{ text: 'Stop', callback_data: 'broadcast:stop:news' }],
    ],
  };
  const from = { chatId: -100, messageId: 5 };

  it.each<[BroadcastContent, string, object]>([
    [
      {
        message: {
          text: '<b>x</b>',
          parseMode: 'HTML',
          silent: true,
          buttons,
          optOutButton: 'Stop',
        },
      },
      'sendMessage',
      { text: '<b>x</b>', parse_mode: 'HTML', disable_notification: true, reply_markup },
    ],
    [
      { message: { media: { kind: 'video', fileId: 'file' }, text: 'caption' } },
      'sendVideo',
      { video: 'file', caption: 'caption' },
    ],
    [{ copy: from, silent: true }, 'copyMessage', { disable_notification: true }],
    [{ forward: from }, 'forwardMessage', {}],
  ])('becomes one call: %j', (given, method, payload) => {
    const call = callFor(readContent(given), { topic: 'news', paid: false }, 42);
    const source = 'message' in given ? {} : { from_chat_id: -100, message_id: 5 };
    expect(call).toEqual({ method, payload: { chat_id: 42, ...source, ...payload } });
  });
});

describe('content', () => {
  it.each([
    [{}, 'exactly one of message, copy and forward'],
    [{ message: {} }, 'message.text must be a text'],
    [{ message: { media: { kind: 'gif', fileId: 'x' } } }, 'message.media.kind must be one of'],
    [{ message: { text: 'x' }, languages: { russian: { text: 'x' } } }, 'language codes such as'],
    [{ message: { text: 'x', buttons: [{ text: 'x' }] } }, 'message.buttons must be rows'],
    [{ copy: { chatId: 1 } }, 'copy must have a chatId and a messageId'],
  ])('is checked: %j', (value, problem) => {
    expect(() => readContent(value)).toThrow(problem);
  });
});

describe('a broadcast that does not exist', () => {
  it('is reported by every operation', async () => {
    const { broadcasts } = test;
    const none = 'There is no broadcast 999.';
    await expect(broadcasts.status(999)).rejects.toThrow(none);
    await expect(broadcasts.pause(999)).rejects.toThrow(none);
    await expect(broadcasts.resume(999)).rejects.toThrow(none);
    await expect(broadcasts.cancel(999)).rejects.toThrow(none);
    await expect(broadcasts.start(999, { code: 'x' })).rejects.toThrow(none);
    await expect(broadcasts.addRecipients(999, [1])).rejects.toThrow(none);
    await expect(broadcasts.setContent(999, content)).rejects.toThrow(none);
  });
});
