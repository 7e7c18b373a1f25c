import { ann, bea, group, message, openTurns, press } from './chat.testkit.js';
import { groupOnly, ownerOnly, privateOnly } from './guards.js';
import { ignoreOtherBots } from './other-bots.js';

const anonymous = { id: 1087968824, is_bot: true, first_name: 'Group' };
const channel = { id: -1009, type: 'channel', title: 'Channel' };
const business = {
  chat: { id: 42, type: 'private', first_name: 'Ann' },
  business_connection_id: 'conn',
};
const inGroup = (content: object = {}) => message({ chat: group, text: 'hello', ...content });

describe('privateOnly and groupOnly', () => {
  it.each([
    [message(), 'private'],
    [press('x'), 'private'],
    [inGroup(), 'group'],
    [inGroup({ chat: { id: -5, type: 'group', title: 'Small' } }), 'group'],
    [press('x', { message: { message_id: 9, date: 0, chat: group } }), 'group'],
    [{ channel_post: { message_id: 1, date: 1, chat: channel } }, 'neither'],
    [{ inline_query: { id: 'i', from: ann, query: '', offset: '' } }, 'neither'],
    [{ business_message: message(business).message }, 'neither', 'b:conn:42'],
    [press('x', { message: { message_id: 9, date: 1, ...business } }), 'neither', 'b:conn:42'],
    [{ guest_message: message().message }, 'neither', 'g:42'],
    [{ guest_message: inGroup().message }, 'neither', 'g:-1005'],
    [{ kind_of_the_future: {} }, 'neither'],
  ])('detect where an update comes from: %j is from %s', async (update, kind, lane = 'c:42') => {
    const turns = openTurns();
    expect(await turns.passes(privateOnly(), update, { lane })).toBe(kind === 'private');
    expect(await turns.passes(groupOnly(), update, { lane })).toBe(kind === 'group');
    expect(turns.said()).toEqual([]);
  });

  it('answer refused messages and presses, but no other updates', async () => {
    const turns = openTurns();
    await turns.passes(privateOnly('In private, please.'), inGroup());
    await turns.passes(
      groupOnly(({ from }) => `No, ${from?.first_name}.`),
      press('x'),
    );
    await turns.passes(groupOnly('Never said.'), { poll: { id: 'p' } });
    expect(turns.telegram.calls).toMatchObject([
      { method: 'sendMessage', payload: { chat_id: group.id, text: 'In private, please.' } },
      { method: 'answerCallbackQuery', payload: { text: 'No, Ann.' } },
    ]);
  });

  it('ignore an answer that Telegram refuses for good, and reject if it can be retried', async () => {
    const turns = openTurns();
    const refuse = (nextAction: string) =>
      turns.telegram.answers.set(
        'sendMessage',
        Object.assign(new Error(nextAction), { nextAction }),
      );
    refuse('never');
    expect(await turns.passes(groupOnly('No.'), message())).toBe(false);
    refuse('retry');
    await expect(turns.passes(groupOnly('No.'), message())).rejects.toThrow('retry');
  });
});

describe('ownerOnly', () => {
  it('passes owners, but not when they write as a chat', async () => {
    const { passes } = openTurns();
    const guard = ownerOnly([ann.id, anonymous.id]);
    expect(await passes(guard, message())).toBe(true);
    expect(await passes(guard, press('x'))).toBe(true);
    expect(await passes(guard, message({ from: bea }))).toBe(false);
    expect(await passes(guard, { kind_of_the_future: {} })).toBe(false);
    expect(await passes(guard, inGroup({ from: anonymous, sender_chat: group }))).toBe(false);
  });
});

describe('ignoreOtherBots', () => {
  const bot = { id: 77, is_bot: true, first_name: 'Other' };

  it.each([
    message({ from: bot }),
    { edited_message: message({ from: bot }).message },
    { business_message: message({ from: bot }).message },
    { business_message: message({ sender_business_bot: bot }).message },
    { guest_message: message({ from: bot }).message },
  ])('drops %j', async (update) => {
    const { passes } = openTurns();
    expect(await passes(ignoreOtherBots(), update)).toBe(false);
    expect(await passes(ignoreOtherBots({ except: [bot.id, ann.id] }), update)).toBe(true);
  });

  it.each([
    message(),
    message({ via_bot: bot }),
    inGroup({ from: anonymous, sender_chat: group }),
    inGroup({ from: { ...bot, id: 136817688 }, sender_chat: channel }),
    { channel_post: { message_id: 1, date: 1, chat: channel, sender_chat: channel } },
    { chat_member: { chat: group, from: bot } },
    press('x'),
  ])('passes %j', async (update) => {
    expect(await openTurns().passes(ignoreOtherBots(), update)).toBe(true);
  });
});
