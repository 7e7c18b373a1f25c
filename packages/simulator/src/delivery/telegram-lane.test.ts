import { telegramLane } from './telegram-lane.js';

const user = { id: 5 };
const chat = { id: -100 };

describe('telegramLane', () => {
  it.each([
    ['message', { chat, from: user }, '-100', 86_400],
    ['edited_message', { chat, from: user }, '-100', 86_400],
    ['channel_post', { chat }, '-100', 86_400],
    ['edited_channel_post', { chat }, '-100', 86_400],
    ['inline_query', { from: user }, '5+1', 30],
    ['chosen_inline_result', { from: user }, '5+2', 600],
    ['callback_query', { from: user, message: { chat } }, '5+3', 150],
    ['shipping_query', { from: user }, '5+4', 150],
    ['pre_checkout_query', { from: user }, '5+4', 150],
    ['my_chat_member', { chat, from: user }, '-100+5', 86_400],
    ['chat_member', { chat, from: { id: 1 }, new_chat_member: { user } }, '5+6', 86_400],
    ['chat_join_request', { chat, from: user }, '5+6', 86_400],
    ['chat_boost', { chat }, '-100+7', 86_400],
    ['removed_chat_boost', { chat }, '-100+7', 86_400],
    ['message_reaction', { chat, user }, '-100+8', 86_400],
    ['message_reaction_count', { chat }, '-100+9', 86_400],
    ['business_connection', { id: 'b', user }, '5+10', 86_400],
    ['business_message', { business_connection_id: 'b', chat }, '-100+11', 86_400],
    ['edited_business_message', { business_connection_id: 'b', chat }, '-100+11', 86_400],
    ['deleted_business_messages', { business_connection_id: 'b', chat }, '-100+11', 86_400],
    ['guest_message', { chat }, '-100+12', 86_400],
    ['purchased_paid_media', { from: user }, '5+12', 86_400],
    ['managed_bot', { user }, '5+13', 86_400],
    ['poll', { id: '77' }, 'poll:77', 86_400],
    ['poll_answer', { poll_id: '77', user }, 'poll:77', 86_400],
  ])('queues %s %j in lane %s for %i s', (kind, payload, lane, lifeSeconds) => {
    expect(telegramLane(kind, payload)).toEqual({ lane, lifeMs: lifeSeconds * 1_000 });
  });

  it('gives an update of an unknown kind a lane of its own, whatever its payload', () => {
    const lanes = [telegramLane('custom_event', 'text'), telegramLane('custom_event', null)];
    expect(new Set(lanes.map(({ lane }) => lane)).size).toBe(2);
  });
});
