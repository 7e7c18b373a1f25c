import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';
import type { Message } from '../world/message.js';

const botId = 7_000_000_001;
let playground: TestSimulator;
let forum: number;

beforeAll(async () => {
  playground = await startTestSimulator();
  await playground.api('getUpdates', { allowed_updates: ['message'] });
});
afterAll(() => playground.stop());
beforeEach(async () => {
  forum = await created([3, botId]);
});

async function created(admins: number[], more: object = { is_forum: true }): Promise<number> {
  const body = { type: 'supergroup', member_ids: [1], admin_ids: admins, ...more };
  return (await playground.post<{ chat: { id: number } }>('chats', body)).chat.id;
}
const call = (method: string, params: object = {}) =>
  playground.api(method, { chat_id: forum, ...params });
const refusal = async (method: string, params: object = {}) =>
  (await call(method, params)).description?.replace('Bad Request: ', '');
const create = async (name = 'News') =>
  ((await call('createForumTopic', { name })).result as { message_thread_id: number })
    .message_thread_id;
const send = async (params: object) =>
  (await call('sendMessage', { text: 'x', ...params })).result as Message;
const say = async (params: object, text = 'hi') =>
  playground.post<{ message: Message; error?: string }>('messages', {
    chat_id: forum,
    from_id: 1,
    text,
    ...params,
  });
async function updates(): Promise<{ message: Message }[]> {
  const { result } = await playground.api('getUpdates');
  const list = result as { update_id: number }[];
  const next = (list.at(-1)?.update_id ?? 0) + 1;
  await playground.api('getUpdates', { offset: next });
  return list as never;
}

describe('a topic', () => {
  it('is created by the bot, which also receives the service message that starts it', async () => {
    await updates();
    const id = await create();
    const topic = { name: 'News', icon_color: 0x6fb9f0 };
    expect(await updates()).toMatchObject([
      {
        message: {
          message_id: id,
          message_thread_id: id,
          is_topic_message: true,
          chat: { is_forum: true },
          from: { id: botId },
          forum_topic_created: topic,
        },
      },
    ]);
  });

  it('contains what both sides send to it, and replies to that', async () => {
    const id = await create();
    const place = { message_thread_id: id, is_topic_message: true };
    expect(await send({ message_thread_id: id })).toMatchObject(place);
    const { message } = await say({ message_thread_id: id });
    expect(message).toMatchObject({
      ...place,
      reply_to_message: { message_id: id, forum_topic_created: { name: 'News' } },
    });
    const reply = { message_id: message.message_id };
    expect(await send({ reply_parameters: reply })).toMatchObject(place);
    expect((await say({ reply_to_message_id: message.message_id })).message).toMatchObject(place);
    expect(await send({})).not.toHaveProperty('message_thread_id');
  });

  it('is renamed, closed and reopened, each with a service message', async () => {
    const id = await create();
    const topic = { message_thread_id: id };
    await updates();
    await call('editForumTopic', { ...topic, name: 'Old news' });
    await call('editForumTopic', { ...topic, icon_custom_emoji_id: '5' });
    await call('editForumTopic', { ...topic, icon_custom_emoji_id: '' });
    await call('closeForumTopic', topic);
    await call('reopenForumTopic', topic);
    const services = (await updates()).map(({ message }) =>
      Object.entries(message).filter(([field]) => field.includes('topic')),
    );
    const inTopic = ['is_topic_message', true];
    expect(services).toEqual([
      [inTopic, ['forum_topic_edited', { name: 'Old news' }]],
      [inTopic, ['forum_topic_edited', { icon_custom_emoji_id: '5' }]],
      [inTopic, ['forum_topic_edited', { icon_custom_emoji_id: '' }]],
      [inTopic, ['forum_topic_closed', {}]],
      [inTopic, ['forum_topic_reopened', {}]],
    ]);
  });

  it('that is closed accepts messages only from administrators', async () => {
    const id = await create();
    const topic = { message_thread_id: id };
    await call('closeForumTopic', topic);
    const error = 'message_thread_id: the topic “News” is closed';
    expect(await say(topic)).toEqual({ error });
    expect(await say({ ...topic, from_id: 3 })).toHaveProperty('message');
    expect(await send(topic)).toMatchObject(topic);
  });

  it('that is deleted loses its messages and accepts no new ones', async () => {
    const id = await create();
    const topic = { message_thread_id: id };
    await send(topic);
    const kept = (await send({})).message_id;
    expect(await call('deleteForumTopic', topic)).toMatchObject({ result: true });
    const left = await playground.get<Message[]>(`chats/${forum}/messages`);
    expect(left.map(({ message_id }) => message_id)).toEqual([kept]);
    expect(await refusal('sendMessage', { ...topic, text: 'x' })).toBe('message thread not found');
    expect(await say(topic)).toEqual({
      error: `message_thread_id: chat ${forum} has no topic ${id}`,
    });
  });

  it('has its own pins', async () => {
    const id = await create();
    const inTopic = (await send({ message_thread_id: id })).message_id;
    const outside = (await send({})).message_id;
    for (const message_id of [inTopic, outside]) await call('pinChatMessage', { message_id });
    const pinned = async () =>
      ((await call('getChat')).result as { pinned_message?: Message }).pinned_message?.message_id;
    await call('unpinAllGeneralForumTopicMessages');
    expect(await pinned()).toBe(inTopic);
    await call('unpinAllForumTopicMessages', { message_thread_id: id });
    expect(await pinned()).toBeUndefined();
  });
});

describe('the General topic', () => {
  it('is renamed, closed, hidden and shown, each with a service message', async () => {
    await updates();
    await call('editGeneralForumTopic', { name: 'Lobby' });
    await call('closeGeneralForumTopic');
    expect(await say({})).toEqual({ error: 'message_thread_id: the topic “Lobby” is closed' });
    await call('hideGeneralForumTopic');
    await call('unhideGeneralForumTopic');
    await call('reopenGeneralForumTopic');
    expect(await updates()).toMatchObject([
      { message: { forum_topic_edited: { name: 'Lobby' } } },
      { message: { forum_topic_closed: {} } },
      { message: { general_forum_topic_hidden: {} } },
      { message: { general_forum_topic_unhidden: {} } },
      { message: { forum_topic_reopened: {} } },
    ]);
    expect(await say({})).toHaveProperty('message');
  });
});

describe('a call for a topic', () => {
  it('is refused when it names none, or changes nothing', async () => {
    const topic = { message_thread_id: await create() };
    expect([
      await refusal('createForumTopic', { name: ' ' }),
      await refusal('createForumTopic', { name: 'x', icon_color: 1 }),
      await refusal('editForumTopic', { ...topic, name: 'News' }),
      await refusal('reopenForumTopic', topic),
      await refusal('reopenGeneralForumTopic'),
      await refusal('closeForumTopic', { message_thread_id: 77 }),
      await refusal('closeForumTopic'),
    ]).toEqual([
      'title must be non-empty',
      'invalid icon color specified',
      'TOPIC_NOT_MODIFIED',
      'TOPIC_NOT_MODIFIED',
      'TOPIC_NOT_MODIFIED',
      'TOPIC_ID_INVALID',
      'invalid message thread identifier specified',
    ]);
  });

  it('needs a forum, and the right of an administrator unless the bot created the topic', async () => {
    const topic = { message_thread_id: await create() };
    await call('closeForumTopic', topic);
    const own = forum;
    forum = await created([3, botId], {});
    expect(await refusal('createForumTopic', { name: 'x' })).toBe('the chat is not a forum');
    forum = await created([3]);
    expect([
      await refusal('createForumTopic', { name: 'x' }),
      await refusal('editGeneralForumTopic', { name: 'x' }),
      await refusal('hideGeneralForumTopic'),
      await refusal('unpinAllGeneralForumTopicMessages'),
    ]).toEqual([
      'not enough rights to create a topic',
      'not enough rights to edit the topic',
      'not enough rights to close or open the topic',
      'not enough rights to manage pinned messages in the chat',
    ]);
    forum = own;
    expect(await refusal('reopenForumTopic', topic)).toBeUndefined();
  });
});

describe('a forum', () => {
  it('can only be a supergroup, and other chats have no topics', async () => {
    const body = { type: 'group', is_forum: true, member_ids: [1] };
    expect(await playground.post('chats', body)).toEqual({
      error: 'is_forum: only a supergroup has topics',
    });
    expect(await say({ chat_id: 1, message_thread_id: 5 })).toEqual({
      error: 'message_thread_id: chat 1 has no topic 5',
    });
  });
});

describe('a thread of replies in a supergroup without topics', () => {
  it('has an id that cannot be written to', async () => {
    forum = await created([3, botId], {});
    const first = (await say({})).message.message_id;
    const reply = (await say({ reply_to_message_id: first })).message;
    expect(reply).toMatchObject({ message_thread_id: first });
    expect(reply).not.toHaveProperty('is_topic_message');
    const answer = await send({ reply_parameters: { message_id: reply.message_id } });
    expect(answer).toMatchObject({ message_thread_id: first });
    const named = { message_thread_id: first, text: 'x' };
    expect(await refusal('sendMessage', named)).toBe('message thread not found');
  });
});
