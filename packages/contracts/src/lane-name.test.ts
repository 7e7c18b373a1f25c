import { laneNamed } from './lane-name.js';
import { laneOf } from './lane-of.js';

describe('laneNamed', () => {
  it.each([
    [
      'b:a plain id:42',
      'business_message',
      { business_connection_id: 'a plain id', chat: { id: 42 } },
    ],
    [
      'b:with:colons:-42',
      'business_message',
      { business_connection_id: 'with:colons', chat: { id: -42 } },
    ],
    ['b:Abc_1:42', 'business_message', { business_connection_id: 'Abc_1', chat: { id: 42 } }],
    ['b:one: two', 'business_connection', { id: 'one: two' }],
    ['p:a poll: of spaces', 'poll', { id: 'a poll: of spaces' }],
    ['p:123', 'poll_answer', { poll_id: '123' }],
    ['c:-100', 'message', { chat: { id: -100 } }],
    ['g:7', 'guest_message', { chat: { id: 7 } }],
    ['x:5', 'message', {}],
    ['express:inline_query:7', 'inline_query', { from: { id: 7 } }],
    ['express:chat_join_request:7', 'chat_join_request', { from: { id: 7 }, query_id: 'q' }],
  ])('resolves %s to its lane', (text, kind, payload) => {
    const lane = laneOf(5, kind, payload);
    expect(laneNamed(text)).toBe(lane);
    expect(laneNamed(lane)).toBe(lane);
  });

  it.each([
    ...['', 'c:', 'c:abc', 'c:42:1', 'c:042', 'c:99999999999999999999', 'g:x', 'x:-1', 'q:1', '42'],
    ...[
      'express:',
      'express:inline_query',
      'express:message:7',
      'express:inline_query:7:8',
      'c: 42',
    ],
  ])('rejects %j, which is not a lane name', (text) => {
    expect(laneNamed(text)).toBeUndefined();
  });
});
