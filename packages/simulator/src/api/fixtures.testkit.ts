import { mediaKinds } from '@chatlane/contracts';
import type { TestSimulator } from '../simulator.testkit.js';

/** Ids of what the sample calls act on. */
export type Fixtures = Awaited<ReturnType<typeof createFixtures>>;

const everyKind =
  'message,edited_message,channel_post,edited_channel_post,inline_query,chosen_inline_result,callback_query,shipping_query,pre_checkout_query,poll,poll_answer,my_chat_member,chat_member,chat_join_request,message_reaction';

/** Creates people, groups and messages for the sample calls, and subscribes to every kind of update. */
export async function createFixtures(playground: TestSimulator) {
  const person = 1;
  // Telegram shortens the answer to a call that repeats the offset of the previous one.
  await playground.api('getUpdates', { offset: -1, allowed_updates: everyKind.split(',') });
  const me = (await playground.api('getMe')).result as { id: number };
  const sendText = async (chat: number, text: string) => {
    const body = { chat_id: chat, from_id: person, text };
    return (await playground.post<{ message: { message_id: number } }>('messages', body)).message
      .message_id;
  };
  const sent = async <T = { message_id: number }>(method: string, params: object) =>
    (await playground.api(method, { chat_id: person, ...params })).result as T;
  const created = async (type: string, more: object = {}) => {
    const body = { type, ...more, member_ids: [person, 4, 5, 6], admin_ids: [3, me.id] };
    return (await playground.post<{ chat: { id: number } }>('chats', body)).chat.id;
  };

  const group = await created('supergroup');
  const basicGroup = await created('group');
  const forum = await created('supergroup', { is_forum: true });
  const spoken = await sendText(person, 'hello');
  const inGroup = await sendText(group, 'hello $USD example.org +15551234567');
  const edit = { chat_id: person, from_id: person, message_id: spoken, text: 'hello!' };
  await playground.post('edits', edit);
  await playground.post('contacts', { chat_id: person, from_id: person });
  const files: Record<string, string> = {};
  for (const kind of mediaKinds) {
    const body = { chat_id: person, from_id: person, kind, size: 10, name: 'a.bin' };
    const { message } = await playground.post<{ message: Record<string, unknown> }>('files', body);
    const media = message[kind] as { file_id: string } | { file_id: string }[];
    files[kind] = Array.isArray(media) ? (media.at(-1)?.file_id ?? '') : media.file_id;
  }
  await playground.post('blocks', { user_id: person, blocked: true });
  await playground.post('blocks', { user_id: person, blocked: false });
  await playground.post('users', { id: 99, first_name: 'Stranger' });

  const markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
  const question = await sent('sendMessage', { text: '?', reply_markup: markup });
  const pressing = {
    chat_id: person,
    from_id: person,
    message_id: question.message_id,
    data: 'go',
  };
  const { callback_query_id } = await playground.post<{ callback_query_id: string }>(
    'presses',
    pressing,
  );
  const open = async (kind: string, more: object) => {
    const from = { id: person, is_bot: false, first_name: 'User 1' };
    await playground.post('updates', { [kind]: { id: `q-${kind}`, from, ...more } });
  };
  const address = {
    country_code: 'DE',
    state: '',
    city: 'B',
    street_line1: 'S',
    street_line2: '',
    post_code: '1',
  };
  await open('inline_query', { query: '', offset: '' });
  await open('shipping_query', { invoice_payload: 'p', shipping_address: address });
  await open('pre_checkout_query', { currency: 'EUR', total_amount: 1, invoice_payload: 'p' });
  const topic = async (name: string) =>
    (await sent<{ message_thread_id: number }>('createForumTopic', { chat_id: forum, name }))
      .message_thread_id;
  return {
    person,
    group,
    forum,
    topic: await topic('News'),
    topicToDelete: await topic('Old news'),
    basicGroup,
    spoken,
    inGroup,
    files: files as { photo: string } & typeof files,
    stranger: 99,
    press: callback_query_id,
    query: (kind: string) => `q-${kind}`,
    ownText: (await sent('sendMessage', { text: 'own' })).message_id,
    toDelete: (await sent('sendMessage', { text: 'bye' })).message_id,
    ownPhoto: (await sent('sendPhoto', { photo: files['photo'] })).message_id,
    poll: (await sent('sendPoll', { question: 'Q', options: ['a', 'b'] })).message_id,
  };
}
