import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';
import type { ChatView } from '../world/chat.js';

let playground: TestSimulator;
beforeEach(async () => {
  playground = await startTestSimulator({ timeScale: 1 });
  const group = {
    id: -77,
    type: 'group',
    title: 'Lane keepers',
    member_ids: [1, 2],
    admin_ids: [2],
  };
  await playground.post('chats', group);
  await playground.post('messages', { chat_id: -77, from_id: 1, text: 'hello' });
});
afterEach(() => playground.stop());

/** Messages that the bot received, oldest first. */
async function received(): Promise<Record<string, unknown>[]> {
  const { result } = await playground.api('getUpdates', { offset: 0 });
  const updates = result as { message?: Record<string, unknown> }[];
  const messages = updates.flatMap(({ message }) => (message ? [message] : []));
  return messages.slice(1);
}

const migrate = (fields = {}) =>
  playground.post<ChatView & { error?: string }>('migrations', { chat_id: -77, ...fields });

describe('an upgrade to a supergroup', () => {
  it('gives the group a new id, notifies the bot in both chats, and moves the members', async () => {
    const supergroup = await migrate();
    const newId = supergroup.chat.id;
    expect(newId).toBeLessThan(-1_000_000_000_000);
    expect(supergroup).toMatchObject({
      chat: { type: 'supergroup', title: 'Lane keepers' },
      members: [{ id: 1 }, { id: 2 }],
      admins: [2],
    });
    expect(await received()).toMatchObject([
      { chat: { id: -77, type: 'group' }, from: { id: 2 }, migrate_to_chat_id: newId },
      { chat: { id: newId }, sender_chat: { id: newId }, message_id: 1, migrate_from_chat_id: -77 },
    ]);
    const member = await playground.api('getChatMember', { chat_id: newId, user_id: 2 });
    expect(member).toMatchObject({ ok: true, result: { status: 'creator' } });
  });

  it('sends its two service messages in any order, and can send one of them later', async () => {
    const first = await migrate({ messages: ['from'], new_id: -1_001_234_567_890 });
    expect(first.chat.id).toBe(-1_001_234_567_890);
    expect((await migrate({ messages: ['to'] })).chat.id).toBe(first.chat.id);
    expect(await received()).toMatchObject([
      { migrate_from_chat_id: -77 },
      { migrate_to_chat_id: -1_001_234_567_890 },
    ]);
  });

  it.each([
    ['sendMessage', { text: 'late' }],
    ['sendChatAction', { action: 'typing' }],
    ['editMessageText', { message_id: 1, text: 'late' }],
    ['copyMessage', { from_chat_id: -77, message_id: 1 }],
    ['deleteMessage', { message_id: 1 }],
    ['getChat', {}],
    ['getChatMember', { user_id: 1 }],
  ])('makes %s fail in the old chat with the new id', async (method, params) => {
    const { chat } = await migrate();
    expect(await playground.api(method, { chat_id: -77, ...params })).toMatchObject({
      http: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: chat.id },
    });
  });

  it('closes the old chat to its members, who see the new one', async () => {
    const { chat } = await migrate();
    const late = { chat_id: -77, from_id: 1, text: 'late' };
    expect(await playground.post('messages', late)).toEqual({
      error: `chat_id: group -77 became supergroup ${chat.id}`,
    });
    const views = await playground.get<ChatView[]>('chats?user_id=2');
    expect(views.map((view) => view.chat.id)).toEqual([chat.id, 2]);
  });

  it('is refused for anything but a basic group, and for an id that is taken or belongs to a group', async () => {
    const { chat } = await migrate();
    expect((await migrate({ chat_id: chat.id })).error).toBe(
      `chat_id: ${chat.id} is not a basic group`,
    );
    await playground.post('chats', { id: -78, type: 'group', member_ids: [1] });
    expect((await migrate({ chat_id: -78, new_id: chat.id })).error).toBe(
      `new_id: ${chat.id} is taken`,
    );
    expect((await migrate({ chat_id: -78, new_id: -79 })).error).toBe(
      'new_id: must be below -1000000000000',
    );
  });
});
