import { Context, Telegram } from 'telegraf';
import type { Update } from 'telegraf/types';
import { giveTurn } from '../turn/give-turn.js';
import { perChat, perTopic, perUserInChat, perUserInTopic } from './keys.js';
import { laneOf } from './turn.testkit.js';

/** The session keys of an update in a lane, in the order of the table in keys.ts. */
function keysOf(lane: string, user: string | undefined, update: object): (string | undefined)[] {
  const { turn, botInfo } = laneOf().context({
    lane,
    sessionKey: user === undefined ? undefined : `${lane}:${user}`,
  });
  const whole = { update_id: 1, ...update } as Update;
  const ctx = giveTurn(new Context(whole, new Telegram('1:token'), botInfo), turn, botInfo.id);
  return [perUserInChat, perChat, perTopic, perUserInTopic].map((key) => key(ctx));
}

const chat = { id: -100, type: 'supergroup' };
const message = { message_id: 1, date: 1, chat, message_thread_id: 7 };

describe('session keys', () => {
  it.each([
    ['a message in a topic', { message: { ...message, is_topic_message: true } }, '7'],
    ['a comment, whose thread is not a topic', { message }, 'none'],
    ['an edit in a topic', { edited_message: { ...message, is_topic_message: true } }, '7'],
    [
      'a button in a topic',
      { callback_query: { message: { ...message, is_topic_message: true } } },
      '7',
    ],
    [
      "a channel's direct message",
      { message: { ...message, direct_messages_topic: { topic_id: 9 } } },
      '9',
    ],
  ])('name the topic of %s', (_what, update, topic) => {
    expect(keysOf('c:-100', '42', update)).toEqual([
      'c:-100:42',
      'c:-100:chat',
      `c:-100:topic-${topic}`,
      `c:-100:42-topic-${topic}`,
    ]);
  });

  it('give a channel post the session of its sender, the channel, which is not the perChat session', () => {
    expect(keysOf('c:-100', '', { channel_post: message })).toEqual([
      'c:-100:',
      'c:-100:chat',
      'c:-100:topic-none',
      'c:-100:-topic-none',
    ]);
  });

  it('contain the connection of a business chat', () => {
    const update = { business_message: { ...message, business_connection_id: 'bc' } };
    expect(keysOf('b:bc:5', '42', update)).toEqual([
      'b:bc:5:42',
      'b:bc:5:chat',
      'b:bc:5:topic-none',
      'b:bc:5:42-topic-none',
    ]);
  });

  it.each([
    ['a reaction', { message_reaction: { chat, message_id: 1, date: 1 } }],
    [
      'a button on a message too old to be shown',
      { callback_query: { message: { ...message, date: 0 } } },
    ],
    ['a button on an inline message', { callback_query: { inline_message_id: 'x' } }],
  ])('are undefined per topic for %s', (_what, update) => {
    const keys = keysOf('c:-100', '42', update);
    expect(keys).toEqual(['c:-100:42', 'c:-100:chat', undefined, undefined]);
  });

  it('are all undefined for an inline query', () => {
    const keys = keysOf('express:inline_query:42', undefined, { inline_query: { id: '1' } });
    expect(keys).toEqual([undefined, undefined, undefined, undefined]);
  });
});
