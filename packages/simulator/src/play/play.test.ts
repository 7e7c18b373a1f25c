import { readFileSync } from 'node:fs';
import { knownKinds } from '@chatlane/contracts';
import type { ChatView } from '../world/chat.js';
import type { Message } from '../world/message.js';
import {
  startTestSimulator,
  startReceiver,
  until,
  type TestSimulator,
} from '../simulator.testkit.js';

let playground: TestSimulator;

beforeEach(async () => {
  playground = await startTestSimulator({ timeScale: 1 });
});
afterEach(() => playground.stop());

const history = (chat: number) => playground.get<Message[]>(`chats/${chat}/messages`);

async function pending(): Promise<Record<string, unknown>[]> {
  const { result } = await playground.api('getUpdates', { offset: 0 });
  return result as Record<string, unknown>[];
}

describe('people', () => {
  it('write messages; an unknown user and their private chat are created on the fly', async () => {
    const answer = await playground.say(42, '/start now');
    expect(answer).toMatchObject({
      message: {
        message_id: 1,
        from: { id: 42, is_bot: false },
        chat: { id: 42, type: 'private' },
        text: '/start now',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      },
    });
    expect(await pending()).toMatchObject([{ message: { text: '/start now' } }]);
    expect(await playground.get('users')).toMatchObject([{ id: 42 }]);
  });

  it('read messages of both directions, with edits applied and deletions removed', async () => {
    await playground.say(1, 'one');
    await playground.api('sendMessage', { chat_id: 1, text: 'two' });
    await playground.api('sendMessage', { chat_id: 1, text: 'three' });
    await playground.api('deleteMessage', { chat_id: 1, message_id: 2 });
    await playground.post('edits', { chat_id: 1, message_id: 1, from_id: 1, text: 'One' });
    expect((await history(1)).map(({ text }) => text)).toEqual(['One', 'three']);
    expect((await pending()).at(-1)).toMatchObject({
      edited_message: { text: 'One', message_id: 1 },
    });
  });

  it('reply to a message, which is shown in the reply', async () => {
    await playground.say(1, 'one');
    const answer = { chat_id: 1, from_id: 1, text: 'two', reply_to_message_id: 1 };
    expect(await playground.post('messages', answer)).toMatchObject({
      message: { text: 'two', reply_to_message: { message_id: 1, text: 'one' } },
    });
    expect(await playground.post('messages', { ...answer, reply_to_message_id: 9 })).toEqual({
      error: 'message_id: message 9 does not exist in chat 1',
    });
  });

  it('press only buttons that exist', async () => {
    await playground.say(1, 'x');
    const inline_keyboard = [[{ text: 'Go', callback_data: 'go' }]];
    await playground.api('sendMessage', {
      chat_id: 1,
      text: '?',
      reply_markup: { inline_keyboard },
    });
    const press = (message_id: number, data: string) =>
      playground.post('presses', { chat_id: 1, from_id: 1, message_id, data });
    expect(await press(2, 'no')).toEqual({ error: 'data: message 2 has no button with this data' });
    expect(await press(9, 'go')).toEqual({
      error: 'message_id: message 9 does not exist in chat 1',
    });
    const { callback_query_id } = await press(2, 'go');
    expect((await pending()).at(-1)).toMatchObject({
      callback_query: {
        id: callback_query_id,
        from: { id: 1 },
        data: 'go',
        message: { message_id: 2 },
      },
    });
  });

  it('share a contact, their own by default', async () => {
    await playground.post('users', { id: 8, first_name: 'Eve' });
    await playground.post('contacts', { chat_id: 8, from_id: 8 });
    await playground.post('contacts', {
      chat_id: 8,
      from_id: 8,
      contact_user_id: 9,
      phone_number: '+49',
    });
    expect(await history(8)).toMatchObject([
      { contact: { first_name: 'Eve', user_id: 8 } },
      { contact: { user_id: 9, phone_number: '+49' } },
    ]);
  });

  it('block the bot and come back, and the bot is notified', async () => {
    await playground.say(1, 'x');
    await playground.post('blocks', { user_id: 1, blocked: true });
    await playground.say(1, 'again');
    expect((await pending()).slice(1)).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
      { message: { text: 'again' } },
    ]);
  });

  it('see every keyboard under a message, while the bot sees inline ones only', async () => {
    await playground.say(1, 'x');
    const reply_markup = { keyboard: [['Yes', { text: 'Phone', request_contact: true }]] };
    const sent = await playground.api('sendMessage', { chat_id: 1, text: '?', reply_markup });
    expect(sent.result).not.toHaveProperty('reply_markup');
    expect((await history(1)).at(-1)?.reply_markup).toEqual({
      keyboard: [[{ text: 'Yes' }, { text: 'Phone', request_contact: true }]],
    });
  });
});

describe('chats', () => {
  it('are groups with members and administrators, listed by newest activity', async () => {
    const group = await playground.post<ChatView>('chats', {
      type: 'supergroup',
      title: 'Crew',
      member_ids: [1, 2],
      admin_ids: [3],
    });
    expect(group).toMatchObject({ chat: { title: 'Crew', type: 'supergroup' }, admins: [3] });
    expect(group.members.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(group.chat.id).toBeLessThan(-1_000_000_000_000);
    await playground.say(1, 'private');
    const views = await playground.get<ChatView[]>('chats?user_id=1');
    expect(new Set(views.map(({ chat }) => chat.id))).toEqual(new Set([1, group.chat.id]));
    expect(await playground.get<ChatView[]>('chats?user_id=2')).toHaveLength(2);
  });

  it('number messages per supergroup, and with one shared counter elsewhere', async () => {
    const { chat } = await playground.post<ChatView>('chats', {
      type: 'supergroup',
      member_ids: [1],
    });
    const idOf = async (chat_id: number, from_id: number) => {
      const { message } = await playground.post<{ message: Message }>('messages', {
        chat_id,
        from_id,
        text: 'x',
      });
      return message.message_id;
    };
    expect([await idOf(1, 1), await idOf(2, 2), await idOf(chat.id, 1)]).toEqual([1, 2, 1]);
  });

  it.each([
    [
      'messages',
      { chat_id: 'x', from_id: 0, text: '' },
      'chat_id: must be a whole number; from_id: must be a whole number above 0; text: must not be empty',
    ],
    [
      'messages',
      { chat_id: -5, from_id: 1, text: 'x' },
      'chat_id: chat -5 does not exist; create it with POST /play/chats',
    ],
    ['messages', { chat_id: 5, from_id: 1, text: 'x' }, 'from_id: must be 5, the chat is private'],
    ['chats', { type: 'group' }, 'member_ids: a group needs a member'],
    ['updates', {}, 'the body must have a field with the payload, such as message'],
    ['nothing', {}, 'there is no POST /play/nothing'],
  ])('POST %s %j is refused by naming the field', async (path, body, error) => {
    expect(await playground.post(path, body)).toEqual({ error });
  });
});

describe('a raw update', () => {
  it('is delivered unchanged, with its own id or an assigned one', async () => {
    const given = await playground.post('updates', {
      update_id: 77,
      message: { chat: { id: 1 } },
    });
    const { update_id } = await playground.post('updates', { custom_event: 'any "JSON"' });
    expect(given).toEqual({ update_id: 77 });
    expect(await pending()).toEqual([
      { update_id: 77, message: { chat: { id: 1 } } },
      { update_id, custom_event: 'any "JSON"' },
    ]);
  });

  it('is refused when it is nested too deeply', async () => {
    const send = async (levels: number): Promise<unknown> => {
      const response = await fetch(`${playground.url}/play/updates`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: `{"update_id":5,"custom_event":${'['.repeat(levels)}${']'.repeat(levels)}}`,
      });
      return response.json();
    };
    expect(await send(500_000)).toEqual({ error: 'the body is nested more than 100 levels deep' });
    expect(await send(100)).toEqual({ error: 'the body is nested more than 100 levels deep' });
    expect(await send(99)).toEqual({ update_id: 5 });
  });

  it('adds its chat and message to the world, so that the bot can answer', async () => {
    const chat = { id: 900, type: 'private', first_name: 'Ida' };
    const from = { id: 900, is_bot: false, first_name: 'Ida', language_code: 'no' };
    const message = { message_id: 31, chat, from, date: 1, text: 'raw' };
    await playground.post('updates', { message });
    await playground.api('sendMessage', {
      chat_id: 900,
      text: 'answer',
      reply_parameters: { message_id: 31 },
    });
    expect((await history(900)).map(({ message_id }) => message_id)).toEqual([31, 32]);
    expect(await playground.get('users')).toMatchObject([from]);
  });

  it('of every kind in the corpus reaches the webhook unchanged', async () => {
    const receiver = await startReceiver();
    await playground.api('setWebhook', { url: receiver.url, allowed_updates: knownKinds });
    const corpus = new URL('../../../../packages/contracts/test/updates.jsonl', import.meta.url);
    const updates = readFileSync(corpus, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { update: { update_id: number } }).update);
    const ids = updates.map(({ update_id }) => update_id);
    expect(await playground.post('updates', updates)).toEqual({ update_ids: ids });
    await until(() => receiver.received.length === updates.length);
    const byId = (a: { update_id: number }, b: { update_id: number }) => a.update_id - b.update_id;
    expect(receiver.received.map(({ update }) => update).sort(byId)).toEqual(updates.sort(byId));
    await receiver.stop();
  });
});

describe('server-sent events', () => {
  it('report events as they happen', async () => {
    const gone = new AbortController();
    const stream = await fetch(`${playground.url}/play/events`, { signal: gone.signal });
    let received = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>)
        received += decoder.decode(chunk);
    })().catch(() => undefined);
    await playground.say(1, 'x');
    await playground.api('sendChatAction', { chat_id: 1, action: 'typing' });
    await playground.api('sendMessage', { chat_id: 1, text: 'y' });
    await playground.api('editMessageText', { chat_id: 1, message_id: 2, text: 'z' });
    await playground.api('deleteMessage', { chat_id: 1, message_id: 2 });
    await until(() => received.includes('event: delete'));
    gone.abort();
    await reading;
    for (const event of ['user', 'chat', 'message', 'action', 'edit', 'delete', 'call']) {
      expect(received).toContain(`event: ${event}\ndata: {`);
    }
    expect(received).toContain('data: {"chat_id":1,"action":"typing"}');
    expect(received).toContain('data: {"chat_id":1,"message_id":2}');
  });
});
