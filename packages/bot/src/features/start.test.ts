import { openBotChat, textsOf } from '../bot-chat.testkit.js';

describe('/start', () => {
  it('asks for name and age, shows both, and stores neither', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/start')).toEqual(["Hello! What's your name?"]);
    expect(await chat.say('  Ann   Lee ')).toEqual(['How old are you?']);
    expect(await chat.say('37')).toEqual([
      'Nice to meet you, Ann Lee (37). /help shows what I can do.',
    ]);
    expect(await chat.session()).not.toHaveProperty('onboarding');
  });

  it.each([
    ...['', ' ', '\u200b\u2800', '\u202e', '/unknown', 'x'.repeat(65)],
    ...['👍', '🙂🙂', 'ℹ️', '?!', '2024', 'cancel', 'Stop!', 'ABBRECHEN'],
  ])('asks again for the name "%s"', async (name) => {
    await using chat = await openBotChat();
    await chat.say('/start');
    expect(await chat.say(name)).toEqual([expect.stringContaining('type your name')]);
    expect(await chat.say('Ann')).toEqual(['How old are you?']);
  });

  it('accepts a name in the caption of a photo', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    expect(await chat.send({ photo: [{ file_id: 'p' }], caption: 'Ann' })).toEqual([
      'How old are you?',
    ]);
  });

  it('accepts an edit of the name, but not of other messages', async () => {
    await using chat = await openBotChat();
    const edit = async (message_id: number, text: string) => {
      const { message } = chat.message({ text, message_id });
      return textsOf(await chat.turn({ edited_message: { ...message, edit_date: 2 } }));
    };
    await chat.say('/start');
    await chat.say('👍', { message_id: 7 });
    expect(await edit(6, 'Bea')).toEqual([]);
    expect(await edit(7, '👍👍')).toEqual([]);
    expect(await edit(7, 'An')).toEqual(['How old are you?']);
    expect(await edit(7, 'Ann')).toEqual(['Got it: Ann']);
    expect(await edit(7, '👍')).toEqual([]);
    expect(await edit(6, 'Bea')).toEqual([]);
    expect(await chat.say('37')).toEqual([expect.stringContaining('Ann (37)')]);
  });

  it('shows a name without direction changes', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    await chat.say('Ann\u202e\u2067Lee');
    expect(await chat.say('37')).toEqual([expect.stringContaining('meet you, AnnLee (37)')]);
  });

  it.each(['0', '121', '-5', '3.5', '1e2', '0x10', 'old', '9999', ''])(
    'asks again for the age "%s"',
    async (age) => {
      await using chat = await openBotChat();
      await chat.say('/start');
      await chat.say('Ann');
      expect(await chat.say(age)).toEqual([expect.stringContaining('from 1 to 120')]);
      expect(await chat.say('120')).toEqual([expect.stringContaining('meet you, Ann (120)')]);
    },
  );

  it('asks again once after an album, and not after a pin', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    const photo = { photo: [{ file_id: 'p' }], media_group_id: 'a' };
    const replies: string[] = [];
    for (let item = 0; item < 3; item += 1) replies.push(...(await chat.send(photo)));
    replies.push(...(await chat.send({ pinned_message: { message_id: 1 } })));
    expect(replies).toEqual([expect.stringContaining('type your name')]);
    expect(await chat.say('Ann')).toEqual(['How old are you?']);
  });

  it('asks again after a photo', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    expect(await chat.send({ photo: [{ file_id: 'p' }] })).toEqual([
      expect.stringContaining('type your name'),
    ]);
  });

  it.each([{}, { name: 7 }])('starts again when the name is unknown: %j', async (state) => {
    await using chat = await openBotChat();
    await chat.store({ __scenes: { current: 'start.age', state } });
    expect(await chat.say('37')).toEqual(["Hello! What's your name?"]);
    expect(await chat.say('Ann')).toEqual(['How old are you?']);
  });

  it('ends a registration, says so, and removes its keyboard', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    await chat.say('Ann');
    await chat.say('ann@example.com');
    expect(await chat.say('/start')).toEqual([
      expect.stringContaining("I've cancelled your registration"),
      "Hello! What's your name?",
    ]);
    const [stopped, question] = chat.calls.slice(-2).map(({ body }) => body.reply_markup);
    expect([stopped, question]).toEqual([{ remove_keyboard: true }, undefined]);
    await chat.say('Ann');
    expect(await chat.say('37')).toEqual([expect.stringContaining('meet you, Ann (37)')]);
  });
});
