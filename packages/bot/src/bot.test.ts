import { openChat } from './chat.testkit.js';
import { commands } from './commands.js';

describe('/cancel', () => {
  it('leaves /start', async () => {
    await using chat = await openChat();
    await chat.say('/start');
    await chat.say('Ann');
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(await chat.say('37')).toEqual([expect.stringContaining('did not understand')]);
  });

  it('leaves /register and forgets what was filled in', async () => {
    await using chat = await openChat();
    await chat.say('/register');
    await chat.say('Ann');
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(chat.session()).toEqual({ __scenes: {} });
  });

  it('works after the buttons were shown, and they work no longer', async () => {
    await using chat = await openChat();
    await chat.say('/register');
    await chat.say('Ann');
    await chat.say('ann@example.com');
    const [yes = ''] = chat.buttons();
    expect(await chat.say('/cancel@Lane_Bot')).toEqual(['Cancelled.']);
    expect(await chat.press(yes)).toMatchObject([
      { method: 'answerCallbackQuery', body: { text: 'This button is no longer in use.' } },
    ]);
  });

  it('says when there is nothing to cancel', async () => {
    await using chat = await openChat();
    expect(await chat.say('/cancel')).toEqual(['There is nothing to cancel.']);
  });
});

describe('/help', () => {
  it('names every command', async () => {
    await using chat = await openChat();
    const [text] = await chat.say('/help');
    for (const { command, description } of commands) {
      expect(text).toContain(`/${command} - ${description}`);
    }
  });
});

describe('what no feature took', () => {
  const group = { id: -5, type: 'group', title: 'Group' };

  it.each([{ text: 'hello' }, { photo: [{ file_id: 'p' }] }, { voice: { file_id: 'v' } }])(
    'gets a hint in a private chat: %j',
    async (content) => {
      await using chat = await openChat();
      expect(await chat.send(content)).toEqual([expect.stringContaining('Send /help')]);
    },
  );

  it('gets no hint in a group, nor for a service message, nor for another bot', async () => {
    await using chat = await openChat();
    const bot = { id: 43, is_bot: true, first_name: 'Other' };
    expect(await chat.say('hello', { chat: group })).toEqual([]);
    expect(await chat.send({ pinned_message: { message_id: 3 } })).toEqual([]);
    expect(await chat.say('/start', { from: bot })).toEqual([]);
  });

  it.each([{ migrate_to_chat_id: -100 }, { migrate_from_chat_id: -5 }])(
    'takes no step of a dialogue when the group gets another id: %j',
    async (content) => {
      await using chat = await openChat();
      await chat.say('/register', { chat: group });
      expect(await chat.send({ chat: group, ...content })).toEqual([]);
      expect(await chat.say('Ann', { chat: group })).toEqual(['What is your email address?']);
    },
  );

  it('leaves commands for other bots alone, and hears an anonymous admin', async () => {
    await using chat = await openChat();
    const admin = { id: 1087968824, is_bot: true, first_name: 'Group' };
    expect(await chat.say('/start@other_bot', { chat: group })).toEqual([]);
    const heard = await chat.say('/help', { chat: group, from: admin, sender_chat: group });
    expect(heard).toHaveLength(1);
  });

  it.each([
    { poll: { id: 'p', question: 'q', options: [] } },
    { my_chat_member: { chat: { id: 42, type: 'private' }, from: { id: 42 } } },
    { kind_of_the_future: { id: 1 } },
  ])('is left alone when it is no message: %j', async (update) => {
    await using chat = await openChat();
    expect(await chat.turn(update)).toEqual([]);
    expect(await chat.turn(update, { sessionKey: undefined })).toEqual([]);
  });
});
