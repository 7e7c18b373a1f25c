import { until } from '@chatlane/testing';
import { ann, group } from '../guards/chat.testkit.js';
import { failed, openStreams, type MadeCall } from './stream.testkit.js';

const question = { message_id: 5, date: 1, from: ann, text: '/ask' };
const privateChat = { id: 42, type: 'private', first_name: 'Ann' };
const guestAnswer = { inline_message_id: 'inline1' };
const toAnnAlone = { message_id: 0, ephemeral_message_id: 9 };

/** The parameters that name a place in the calls of a streamed answer: for its first message and its edits. */
const places: Record<
  string,
  { update: object; lane?: string; sent?: object; first: [string, object]; edits: [string, object] }
> = {
  'a topic of a forum': {
    update: {
      message: { ...question, chat: group, message_thread_id: 3, is_topic_message: true },
    },
    first: ['sendMessage', { chat_id: group.id, message_thread_id: 3 }],
    edits: ['editMessageText', { chat_id: group.id, message_id: 100 }],
  },
  'a business chat': {
    update: { business_message: { ...question, chat: privateChat, business_connection_id: 'b' } },
    lane: 'b:b:42',
    first: ['sendMessage', { chat_id: 42, business_connection_id: 'b' }],
    edits: ['editMessageText', { chat_id: 42, message_id: 100, business_connection_id: 'b' }],
  },
  "a topic of a channel's direct messages": {
    update: { message: { ...question, chat: group, direct_messages_topic: { topic_id: 4 } } },
    first: ['sendMessage', { chat_id: group.id, direct_messages_topic_id: 4 }],
    edits: ['editMessageText', { chat_id: group.id, message_id: 100 }],
  },
  'a guest message': {
    update: { guest_message: { ...question, chat: group, guest_query_id: 'g' } },
    lane: `g:${group.id}`,
    sent: guestAnswer,
    first: ['answerGuestQuery', { guest_query_id: 'g' }],
    edits: ['editMessageText', guestAnswer],
  },
  'an ephemeral message': {
    update: { message: { ...question, chat: group, message_id: 0, ephemeral_message_id: 8 } },
    sent: toAnnAlone,
    first: [
      'sendMessage',
      { chat_id: group.id, ephemeral_message_parameters: { receiver_user_id: 42 } },
    ],
    edits: [
      'editEphemeralMessageText',
      { chat_id: group.id, receiver_user_id: 42, ephemeral_message_id: 9 },
    ],
  },
};

describe.each(Object.entries(places))('an answer in %s', (_name, place) => {
  const { update, sent, first, edits, lane = 'c:1' } = place;
  const outline = (calls: MadeCall[]) =>
    calls.map(({ method, payload }) => {
      const { text, result, ...target } = payload;
      return [
        method,
        { ...target, ...(typeof text === 'string' && { text }) },
        result !== undefined,
      ];
    });

  it('is shown there, and its final text is sent there even after a penalty', async () => {
    let isOn = true;
    const chat = openStreams(
      async (ctx) => {
        // Only the bot's own private chats have drafts.
        const stream = ctx.stream({}, { draft: 'auto' });
        stream.write('Once');
        await until(() => chat.calls.length === 2);
        await stream.end('The end.');
      },
      ({ method }) => {
        if (isOn && method.startsWith('edit')) return failed(429, 'Too Many Requests', 137_000);
        return method.startsWith('edit') ? true : sent;
      },
    );
    await chat.turn(update, { lane });
    isOn = false;
    await chat.runStaged();
    const isGuest = first[0] === 'answerGuestQuery';
    expect(outline(chat.calls)).toEqual([
      [first[0], isGuest ? first[1] : { ...first[1], text: '…' }, isGuest],
      [edits[0], { ...edits[1], text: 'Once' }, false],
      [edits[0], { ...edits[1], text: 'The end.' }, false],
    ]);
    expect(JSON.parse(chat.staged[0]!.json)).toMatchObject({ lane });
  });
});

describe('a long answer to a guest message', () => {
  it('is one text, because its query can be answered only once', async () => {
    const chat = openStreams(
      (ctx) => ctx.stream().end('x'.repeat(5_000)),
      ({ method }) => (method === 'answerGuestQuery' ? guestAnswer : true),
    );
    await chat.turn(places['a guest message']!.update, { lane: 'g:1' });
    expect(chat.calls.map(({ method }) => method)).toEqual(['answerGuestQuery', 'editMessageText']);
  });
});
