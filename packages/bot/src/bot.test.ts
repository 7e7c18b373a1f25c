import { openBotChat } from './bot-chat.testkit.js';
import { commandsOf } from './commands.js';

describe('/cancel', () => {
  it('leaves the dialogue of /start', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    await chat.say('Ann');
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(await chat.say('37')).toEqual([expect.stringContaining("didn't understand")]);
    expect(await chat.session()).toMatchObject({ __scenes: {} });
    expect(JSON.stringify(await chat.session())).not.toContain('Ann');
  });

  it("leaves a scene that a deploy removed, and answers in the user's language", async () => {
    await using chat = await openBotChat();
    await chat.store({
      language: 'de',
      __scenes: { current: 'no such scene', state: { name: 'Ann' } },
    });
    expect(await chat.say('/cancel')).toEqual(['Abgebrochen.']);
    expect(await chat.say('/cancel', { date: 60 })).toEqual([
      'Gerade läuft nichts, was ich abbrechen könnte.',
    ]);
    expect(await chat.session()).toEqual({ language: 'de', __scenes: {}, cancelledAt: 60 });
  });

  it('answers a double press once, and a later one again', async () => {
    await using chat = await openBotChat();
    await chat.say('/start', { date: 100 });
    const replies: string[] = [];
    for (const date of [101, 101, 103]) replies.push(...(await chat.say('/cancel', { date })));
    expect(replies).toEqual(['Cancelled.']);
    expect(await chat.say('/cancel', { date: 200 })).toEqual([expect.stringContaining('nothing')]);
    expect(await chat.say('/cancel', { date: 201 })).toEqual([]);
  });

  it('answers when there is nothing to cancel', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/cancel')).toEqual(["There's nothing to cancel."]);
  });
});

describe('/reset', () => {
  it.each([
    ['not JSON', '{"chatlaneSession":2,"value":{"profile'],
    ['of a newer version of the bot', { chatlaneSession: 99, value: { profile: 'of tomorrow' } }],
    ['not of its schema', { chatlaneSession: 2, value: { hints: 'perhaps' } }],
    ['in a scene that is gone', { language: 'en', __scenes: { current: 'no such scene' } }],
  ])('deletes a session that is %s without reading it', async (_, session) => {
    await using chat = await openBotChat();
    await chat.store(session);
    expect(await chat.say('/reset')).toEqual([expect.stringContaining('I have forgotten')]);
    expect(chat.calls.at(-1)?.body.reply_markup).toEqual({ remove_keyboard: true });
    expect(await chat.keys()).toEqual([]);
    expect(await chat.say('/start')).toEqual(["Hello! What's your name?"]);
  });

  it("leaves the current wizard, and returns to the language of the user's app", async () => {
    await using chat = await openBotChat();
    await chat.say('/language en');
    await chat.say('/register');
    const from = { id: 42, is_bot: false, first_name: 'Ann', language_code: 'de' };
    expect(await chat.say('/reset', { from })).toEqual([expect.stringContaining('vergessen')]);
    expect(await chat.keys()).toEqual([]);
    expect(await chat.say('/cancel', { from })).toEqual([
      'Gerade läuft nichts, was ich abbrechen könnte.',
    ]);
  });

  it("keeps the group's session", async () => {
    await using chat = await openBotChat();
    const group = { id: -5, type: 'group', title: 'Group' };
    await chat.say('/start', { chat: group });
    const before = await chat.keys();
    expect(before).toHaveLength(2);
    expect(await chat.say('/reset', { chat: group })).toHaveLength(1);
    expect(await chat.keys()).toEqual(before.filter((key) => key !== 'c:-5:42'));
  });
});

describe('a session of an earlier version', () => {
  it('is migrated, so that users do not have to register again', async () => {
    await using chat = await openBotChat();
    const profile = { name: 'Ann', email: 'ann@example.com' };
    await chat.store({ onboarding: { step: 'age', name: 'Ann' }, profile, __scenes: {} });
    expect(await chat.say('/profile')).toEqual([
      '<b>Name:</b> Ann\n<b>Email:</b> ann@example.com\n<b>Phone:</b> -',
    ]);
    expect(await chat.session()).not.toHaveProperty('onboarding');
  });

  it('continues in the middle of /register', async () => {
    await using chat = await openBotChat();
    const state = { name: 'Ann' };
    await chat.store({ __scenes: { current: 'register', cursor: 2, state } });
    expect(await chat.say('ann@example.com')).toEqual(["What's your email address?"]);
    expect(await chat.say('ann@example.com')).toEqual([expect.stringContaining('phone number')]);
  });
});

describe('/owner', () => {
  it('answers owners, and is an unknown command for others', async () => {
    await using chat = await openBotChat({ ownerIds: [42] });
    expect(await chat.say('/owner')).toEqual([
      expect.stringMatching(/^test-\w+: worker \d+, up for/),
    ]);
    const from = { id: 43, is_bot: false, first_name: 'Bob' };
    expect(await chat.say('/owner', { from })).toEqual([
      expect.stringContaining("didn't understand"),
    ]);
  });
});

describe('the rate limit', () => {
  it('drops messages after a burst, and says so once', async () => {
    await using chat = await openBotChat({ rateLimit: true });
    const answers: string[] = [];
    for (let times = 0; times < 40; times += 1) answers.push(...(await chat.say('/cancel')));
    expect(answers.length).toBeLessThan(40);
    expect(answers.filter((text) => text.startsWith("That's a bit fast"))).toHaveLength(1);
  });
});

describe('/language', () => {
  it.each([
    ...['de', 'DE', 'de-AT', 'deutsch', 'DEUTSCH', ' Deutsch ', 'german', 'German', '🇩🇪', '🇦🇹'].map(
      (words) => [words, 'de'],
    ),
    ...['en', 'EN-gb', 'english', 'ENGLISH', 'Englisch', '🇬🇧', '🇺🇸'].map((words) => [words, 'en']),
  ])('understands "%s" as %s', async (words, language) => {
    await using chat = await openBotChat();
    await chat.say(`/language ${words}`);
    expect(await chat.session()).toMatchObject({ language });
  });

  it('offers its languages when asked for an unknown one', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/language Klingon')).toEqual([
      "I don't speak that yet. Choose: English, Deutsch",
    ]);
    expect(chat.buttons()).toHaveLength(3);
    expect(await chat.session()).not.toHaveProperty('language');
  });

  it('can be left out before the name of a language, except in a dialogue or a group', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('DEUTSCH')).toEqual(['Okay, ab jetzt auf Deutsch.']);
    await chat.say('English');
    expect(await chat.say('Deutsch', { chat: { id: -5, type: 'group', title: 'Group' } })).toEqual(
      [],
    );
    await chat.say('/start');
    expect(await chat.say('German')).toEqual(['How old are you?']);
  });
});

describe('a hint', () => {
  it('is given at most twice in a row, the second time with another text', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    const replies: string[] = [];
    for (let times = 0; times < 30; times += 1) replies.push(...(await chat.say('👍')));
    expect(replies).toEqual([
      expect.stringContaining('type your name'),
      expect.stringContaining('Still not quite right'),
    ]);
    expect(await chat.say('👍', { date: 302 })).toEqual([
      expect.stringContaining('type your name'),
    ]);
  });

  it('is given again after a command, and at the next question', async () => {
    await using chat = await openBotChat();
    for (let times = 0; times < 3; times += 1) await chat.say('hm');
    expect(await chat.say('hm')).toEqual([]);
    await chat.say('/start');
    await chat.say('👍');
    await chat.say('Ann');
    expect(await chat.say('👍')).toEqual([expect.stringContaining('from 1 to 120')]);
    await chat.say('/cancel');
    expect(await chat.say('hm')).toEqual([expect.stringContaining("didn't understand")]);
  });
});

describe('/help', () => {
  it.each([
    { text: '/HELP', entities: [{ type: 'bot_command', offset: 0, length: 5 }] },
    {
      photo: [{ file_id: 'p' }],
      caption: '/help me',
      caption_entities: [{ type: 'bot_command', offset: 0, length: 5 }],
    },
  ])('works in capitals, and in a caption: %j', async (content) => {
    await using chat = await openBotChat();
    expect(await chat.send(content)).toEqual([expect.stringContaining('Here is what I can do')]);
    expect(await chat.requests()).toEqual([]);
  });

  it('lists every command', async () => {
    await using chat = await openBotChat();
    const [text] = await chat.say('/help');
    for (const { command, description } of commandsOf('private', 'en')) {
      expect(text).toContain(`/${command} - ${description}`);
    }
  });
});

describe('an update that no feature handles', () => {
  const group = { id: -5, type: 'group', title: 'Group' };

  it.each([{ text: 'hello' }, { sticker: { file_id: 's' } }, { dice: { value: 6 } }])(
    'gets a hint in a private chat: %j',
    async (content) => {
      await using chat = await openBotChat();
      expect(await chat.send(content)).toEqual([expect.stringContaining("didn't understand")]);
    },
  );

  it("removes the keyboard that it came from if it is the user's own number", async () => {
    await using chat = await openBotChat();
    const contact = { phone_number: '1', first_name: 'Ann', user_id: 42 };
    await chat.send({ contact });
    expect(chat.calls.at(-1)?.body.reply_markup).toEqual({ remove_keyboard: true });
    await chat.send({ contact: { ...contact, user_id: 7 } });
    expect(chat.calls.at(-1)?.body.reply_markup).toBeUndefined();
  });

  it('gets no hint in a group, as a service message, or from another bot', async () => {
    await using chat = await openBotChat();
    const bot = { id: 43, is_bot: true, first_name: 'Other' };
    expect(await chat.say('hello', { chat: group })).toEqual([]);
    expect(await chat.send({ pinned_message: { message_id: 3 } })).toEqual([]);
    expect(await chat.say('/start', { from: bot })).toEqual([]);
  });

  it.each([{ migrate_to_chat_id: -100 }, { migrate_from_chat_id: -5 }])(
    'does not advance a dialogue when the group gets another id: %j',
    async (content) => {
      await using chat = await openBotChat();
      await chat.say('/start', { chat: group });
      expect(await chat.send({ chat: group, ...content })).toEqual([]);
      expect(await chat.say('Ann', { chat: group })).toEqual(['Ann: How old are you?']);
    },
  );

  it('is ignored if it is a command for another bot, but not if it comes from an anonymous admin', async () => {
    await using chat = await openBotChat();
    const admin = { id: 1087968824, is_bot: true, first_name: 'Group' };
    expect(await chat.say('/start@other_bot', { chat: group })).toEqual([]);
    const answers = await chat.say('/help', { chat: group, from: admin, sender_chat: group });
    expect(answers).toHaveLength(1);
  });

  it.each([
    { poll: { id: 'p', question: 'q', options: [] } },
    { my_chat_member: { chat: { id: 42, type: 'private' }, from: { id: 42 } } },
    { kind_of_the_future: { id: 1 } },
  ])('is ignored when it is not a message: %j', async (update) => {
    await using chat = await openBotChat();
    expect(await chat.turn(update)).toEqual([]);
  });
});
