import { openBotChat } from './chat.testkit.js';
import { commandsOf } from './commands.js';

describe('/cancel', () => {
  it('leaves /start', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    await chat.say('Ann');
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(await chat.say('37')).toEqual([expect.stringContaining('did not understand')]);
  });

  it('says when there is nothing to cancel', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/cancel')).toEqual(['There is nothing to cancel.']);
  });
});

describe('/reset', () => {
  it('leaves whatever the user is in, and keeps what they registered and chose', async () => {
    await using chat = await openBotChat();
    const profile = { name: 'Ann', email: 'ann@example.com' };
    const kept = { language: 'en', profile, codesAt: [1], __scenes: { current: 'no such scene' } };
    chat.store(kept);
    expect(await chat.say('/reset')).toEqual([expect.stringContaining('All is forgotten')]);
    expect(chat.session()).toEqual({ language: 'en', profile });
  });
});

describe('a session of an earlier version', () => {
  it('is migrated: nobody has to register again', async () => {
    await using chat = await openBotChat();
    const profile = { name: 'Ann', email: 'ann@example.com' };
    chat.store({ onboarding: { step: 'age', name: 'Ann' }, profile, __scenes: {} });
    expect(await chat.say('/profile')).toEqual([expect.stringContaining('Name: Ann')]);
    expect(chat.session()).not.toHaveProperty('onboarding');
  });

  it('in the middle of /register is asked on', async () => {
    await using chat = await openBotChat();
    const state = { name: 'Ann' };
    chat.store({ __scenes: { current: 'register', cursor: 2, state } });
    expect(await chat.say('ann@example.com')).toEqual(['What is your email address?']);
    expect(await chat.say('ann@example.com')).toEqual([expect.stringContaining('phone number')]);
  });
});

describe('/owner', () => {
  it('answers owners, and is unknown to all others', async () => {
    await using chat = await openBotChat({ ownerIds: [42] });
    expect(await chat.say('/owner')).toEqual([
      expect.stringMatching(/^bot\d+: worker \d+, up for/),
    ]);
    const from = { id: 43, is_bot: false, first_name: 'Bob' };
    expect(await chat.say('/owner', { from })).toEqual([expect.stringContaining('understand')]);
  });
});

describe('the rate limit', () => {
  it('drops what comes after a burst, and says so once', async () => {
    await using chat = await openBotChat({ rateLimit: true });
    const answers: string[] = [];
    for (let times = 0; times < 40; times += 1) answers.push(...(await chat.say('/cancel')));
    expect(answers.length).toBeLessThan(40);
    expect(answers.filter((text) => text.startsWith('Slowly, please'))).toHaveLength(1);
  });
});

describe('/help', () => {
  it('names every command', async () => {
    await using chat = await openBotChat();
    const [text] = await chat.say('/help');
    for (const { command, description } of commandsOf('private', 'en')) {
      expect(text).toContain(`/${command} - ${description}`);
    }
  });
});

describe('what no feature took', () => {
  const group = { id: -5, type: 'group', title: 'Group' };

  it.each([{ text: 'hello' }, { sticker: { file_id: 's' } }, { dice: { value: 6 } }])(
    'gets a hint in a private chat: %j',
    async (content) => {
      await using chat = await openBotChat();
      expect(await chat.send(content)).toEqual([expect.stringContaining('Send /help')]);
    },
  );

  it('gets no hint in a group, nor for a service message, nor for another bot', async () => {
    await using chat = await openBotChat();
    const bot = { id: 43, is_bot: true, first_name: 'Other' };
    expect(await chat.say('hello', { chat: group })).toEqual([]);
    expect(await chat.send({ pinned_message: { message_id: 3 } })).toEqual([]);
    expect(await chat.say('/start', { from: bot })).toEqual([]);
  });

  it.each([{ migrate_to_chat_id: -100 }, { migrate_from_chat_id: -5 }])(
    'takes no step of a dialogue when the group gets another id: %j',
    async (content) => {
      await using chat = await openBotChat();
      await chat.say('/start', { chat: group });
      expect(await chat.send({ chat: group, ...content })).toEqual([]);
      expect(await chat.say('Ann', { chat: group })).toEqual(['How old are you?']);
    },
  );

  it('leaves commands for other bots alone, and hears an anonymous admin', async () => {
    await using chat = await openBotChat();
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
    await using chat = await openBotChat();
    expect(await chat.turn(update)).toEqual([]);
    expect(await chat.turn(update, { sessionKey: undefined })).toEqual([]);
  });
});
