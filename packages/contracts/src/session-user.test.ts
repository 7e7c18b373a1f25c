import { knownKinds, lifeMs, readUpdate } from './index.js';

const userOf = (kind: string, payload: object): string | undefined =>
  readUpdate({ update_id: 1, [kind]: payload })?.sessionUser;

const group = { id: -100 };

describe('the user part of a session key', () => {
  it('is the sender', () => {
    expect(userOf('message', { chat: group, from: { id: 7 } })).toBe('7');
    expect(userOf('message', { chat: { id: 7 }, from: { id: 7 } })).toBe('7');
    expect(userOf('callback_query', { from: { id: 7 }, message: { chat: group } })).toBe('7');
    expect(userOf('message_reaction', { chat: group, user: { id: 7 } })).toBe('7');
    expect(userOf('subscription', { user: { id: 7 } })).toBe('7');
    expect(userOf('removed_chat_boost', { chat: group, source: { user: { id: 7 } } })).toBe('7');
    expect(userOf('chat_boost', { chat: group, boost: { source: { user: { id: 7 } } } })).toBe('7');
  });

  it('is the chat that a user writes as, not the placeholder that the server puts into `from`', () => {
    expect(
      userOf('message', { chat: group, from: { id: 136817688 }, sender_chat: { id: -5 } }),
    ).toBe('-5');
    expect(userOf('message_reaction', { chat: group, actor_chat: { id: -5 } })).toBe('-5');
    expect(userOf('poll_answer', { poll_id: '1', user: { id: 9 }, voter_chat: { id: -5 } })).toBe(
      '-5',
    );
  });

  it("is empty, for the chat's own session, when there is no sender or the chat itself is the sender", () => {
    expect(userOf('message_reaction_count', { chat: group })).toBe('');
    expect(userOf('channel_post', { chat: group, sender_chat: group })).toBe('');
    expect(userOf('edited_channel_post', { chat: group })).toBe('');
    expect(userOf('poll', { id: '1' })).toBe('');
  });

  it('is the user of a private chat, even if the update does not name them', () => {
    expect(userOf('stopped_message_generation', { chat: { id: 7 } })).toBe('7');
  });

  it('is undefined for updates without a session', () => {
    expect(userOf('inline_query', { from: { id: 7 } })).toBeUndefined();
    expect(userOf('parcel_scanned', { weight: 1 })).toBeUndefined();
  });
});

describe('lifeMs', () => {
  it('limits only inline, shipping and pre-checkout queries', () => {
    expect(lifeMs('inline_query')).toBe(30_000);
    expect(lifeMs('shipping_query')).toBe(150_000);
    expect(lifeMs('pre_checkout_query')).toBe(10_000);
    for (const kind of knownKinds.filter(
      (each) => !/^(inline|shipping|pre_checkout)_query$/.test(each),
    )) {
      expect(lifeMs(kind)).toBeUndefined();
    }
  });
});
