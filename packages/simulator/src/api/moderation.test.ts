import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';

const botId = 7_000_000_001;
const later = Math.floor(Date.now() / 1000) + 3_600;
let playground: TestSimulator;
let group: number;

beforeAll(async () => {
  playground = await startTestSimulator();
  await playground.api('getUpdates', {
    allowed_updates: ['message', 'chat_member', 'my_chat_member'],
  });
});
afterAll(() => playground.stop());
beforeEach(async () => {
  group = await created([3, botId]);
});

async function created(admins: number[], type = 'supergroup'): Promise<number> {
  const body = { type, member_ids: [1, 2], admin_ids: admins };
  return (await playground.post<{ chat: { id: number } }>('chats', body)).chat.id;
}
const call = (method: string, params: object) =>
  playground.api(method, { chat_id: group, user_id: 2, ...params });
const member = async (user_id = 2) => (await call('getChatMember', { user_id })).result;
const speak = () => playground.post('messages', { chat_id: group, from_id: 2, text: 'x' });
async function updates(): Promise<Record<string, Record<string, unknown>>[]> {
  const { result } = await playground.api('getUpdates');
  const list = result as { update_id: number }[];
  const next = (list.at(-1)?.update_id ?? 0) + 1;
  await playground.api('getUpdates', { offset: next });
  return list as never;
}

describe('a ban', () => {
  it('is stored with its end date, and keeps the user out until it is lifted', async () => {
    await call('banChatMember', { until_date: later });
    expect(await member()).toMatchObject({ status: 'kicked', until_date: later });
    expect(await speak()).toEqual({ error: `from_id: user 2 is banned from chat ${group}` });
    await call('unbanChatMember', { only_if_banned: true });
    expect(await member()).toMatchObject({ status: 'left' });
    expect(await speak()).toHaveProperty('message');
    expect(await member()).toMatchObject({ status: 'member' });
  });

  it.each([
    ['no end', 0],
    ['an end in 10 seconds', Math.floor(Date.now() / 1000) + 10],
    ['an end in 400 days', Math.floor(Date.now() / 1000) + 400 * 86_400],
  ])('with %s is permanent', async (_what, until_date) => {
    await call('banChatMember', { until_date });
    expect(await member()).toMatchObject({ status: 'kicked', until_date: 0 });
  });

  it('only removes the user in a basic group', async () => {
    group = await created([3, botId], 'group');
    await call('banChatMember', {});
    expect(await member()).toMatchObject({ status: 'left' });
  });

  it('produces two updates: the service message and the member change', async () => {
    await updates();
    await call('banChatMember', {});
    expect(await updates()).toMatchObject([
      { message: { left_chat_member: { id: 2 }, from: { id: botId } } },
      {
        chat_member: {
          from: { id: botId },
          old_chat_member: { status: 'member' },
          new_chat_member: { status: 'kicked', user: { id: 2 } },
        },
      },
    ]);
    await call('banChatMember', {});
    expect(await updates()).toEqual([]);
  });
});

describe('a restriction', () => {
  it('is stored with its permissions and end date, until all permissions are restored', async () => {
    const permissions = { can_send_polls: true };
    await call('restrictChatMember', { permissions, until_date: later });
    expect(await member()).toMatchObject({
      status: 'restricted',
      is_member: true,
      can_send_polls: true,
      can_send_messages: true,
      can_send_photos: false,
      until_date: later,
    });
    await call('restrictChatMember', { permissions: {} });
    expect(await speak()).toEqual({ error: `from_id: user 2 may not write in chat ${group}` });
    const { permissions: whole } = (await call('getChat', {})).result as { permissions: object };
    const all = Object.fromEntries(Object.keys(whole).map((name) => [name, true]));
    await call('restrictChatMember', { permissions: all });
    expect(await member()).toMatchObject({ status: 'member' });
  });
});

describe('a promotion', () => {
  it('grants the rights it names, and demotes when it names none', async () => {
    await call('promoteChatMember', { can_pin_messages: true, is_anonymous: true });
    expect(await member()).toMatchObject({
      status: 'administrator',
      can_be_edited: true,
      can_manage_chat: true,
      can_pin_messages: true,
      is_anonymous: true,
      can_delete_messages: false,
    });
    await call('promoteChatMember', { can_pin_messages: false });
    expect(await member()).toMatchObject({ status: 'member' });
  });
});

describe('the bot', () => {
  it('receives an update when it leaves', async () => {
    await updates();
    await call('leaveChat', {});
    expect(await updates()).toMatchObject([
      {
        my_chat_member: {
          old_chat_member: { status: 'administrator' },
          new_chat_member: { status: 'left', user: { id: botId } },
        },
      },
    ]);
  });

  it.each([
    ['banChatMember', { user_id: 3 }, "can't remove chat owner"],
    ['restrictChatMember', { user_id: 3, permissions: {} }, "can't remove chat owner"],
    ['promoteChatMember', { user_id: 3 }, "can't remove chat owner"],
    ['banChatMember', { user_id: 4 }, 'user is an administrator of the chat'],
    ['banChatMember', { user_id: botId }, "can't restrict self"],
    ['promoteChatMember', { user_id: botId }, "can't promote self"],
    ['banChatMember', { user_id: 0 }, 'invalid user_id specified'],
    ['banChatMember', { user_id: 404 }, 'user not found'],
  ])('may not call %s with %j', async (method, params, description) => {
    group = await created([3, botId, 4]);
    expect(await call(method, params)).toMatchObject({
      http: 400,
      description: `Bad Request: ${description}`,
    });
  });

  it('needs administrator rights, and a supergroup for everything but a ban', async () => {
    const refusals = async () =>
      (
        await Promise.all([
          call('banChatMember', {}),
          call('promoteChatMember', { can_pin_messages: true }),
          call('restrictChatMember', { permissions: {} }),
          call('unbanChatMember', {}),
        ])
      ).map(({ description }) => description?.replace('Bad Request: ', ''));
    group = await created([3]);
    const rights = 'not enough rights to restrict/unrestrict chat member';
    expect(await refusals()).toEqual([rights, 'not enough rights', rights, rights]);
    group = await created([3, botId], 'group');
    const notHere = 'method is available for supergroup and channel chats only';
    expect(await refusals()).toEqual([
      undefined,
      notHere,
      'method is available only for supergroups',
      notHere,
    ]);
  });
});
