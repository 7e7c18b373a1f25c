import { openBotChat } from './chat.testkit.js';
import { commandsOf } from './commands.js';

describe('/cancel', () => {
  it('leaves /start', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    await chat.say('Ann');
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(await chat.say('37')).toEqual([expect.stringContaining('did not understand')]);
    expect(chat.session()).toEqual({ __scenes: {} });
  });

  it('leaves a scene that a deploy removed, and says so in the language of the user', async () => {
    await using chat = await openBotChat();
    chat.store({ language: 'de', __scenes: { current: 'no such scene', state: { name: 'Ann' } } });
    expect(await chat.say('/cancel')).toEqual(['Abgebrochen.']);
    expect(await chat.say('/cancel')).toEqual(['Es gibt nichts abzubrechen.']);
    expect(chat.session()).toEqual({ language: 'de', __scenes: {} });
  });

  it('says when there is nothing to cancel', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/cancel')).toEqual(['There is nothing to cancel.']);
  });
});

describe('/reset', () => {
  it.each([
    ['no JSON', '{"chatlaneSession":2,"value":{"profile'],
    ['of a newer version of the bot', { chatlaneSession: 99, value: { profile: 'of tomorrow' } }],
    ['not of its schema', { chatlaneSession: 2, value: { hints: 'perhaps' } }],
    ['in a scene that is gone', { language: 'en', __scenes: { current: 'no such scene' } }],
  ])('deletes a session that is %s, unread', async (_, session) => {
    await using chat = await openBotChat();
    chat.store(session);
    expect(await chat.say('/reset')).toEqual([expect.stringContaining('All is forgotten')]);
    expect(chat.calls.at(-1)?.body.reply_markup).toEqual({ remove_keyboard: true });
    expect(chat.keys()).toEqual([]);
    expect(await chat.say('/start')).toEqual(['Hello! What is your name?']);
  });

  it('leaves the wizard the user is in, and speaks the language of their app again', async () => {
    await using chat = await openBotChat();
    await chat.say('/language en');
    await chat.say('/register');
    const from = { id: 42, is_bot: false, first_name: 'Ann', language_code: 'de' };
    expect(await chat.say('/reset', { from })).toEqual([expect.stringContaining('Vergessen')]);
    expect(chat.keys()).toEqual([]);
    expect(await chat.say('/cancel', { from })).toEqual(['Es gibt nichts abzubrechen.']);
  });

  it('leaves what is kept for the whole group alone', async () => {
    await using chat = await openBotChat();
    const group = { id: -5, type: 'group', title: 'Group' };
    await chat.say('/start', { chat: group });
    const before = chat.keys();
    expect(before).toHaveLength(2);
    expect(await chat.say('/reset', { chat: group })).toHaveLength(1);
    expect(chat.keys()).toEqual(before.filter((key) => key !== 'c:42:42'));
  });
});

describe('a session of an earlier version', () => {
  it('is migrated: nobody has to register again', async () => {
    await using chat = await openBotChat();
    const profile = { name: 'Ann', email: 'ann@example.com' };
    chat.store({ onboarding: { step: 'age', name: 'Ann' }, profile, __scenes: {} });
    expect(await chat.say('/profile')).toEqual([
      '<b>Name:</b> Ann\n<b>Email:</b> ann@example.com\n<b>Phone:</b> -',
    ]);
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
