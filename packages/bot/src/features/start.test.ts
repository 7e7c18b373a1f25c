import { openBotChat } from '../chat.testkit.js';

describe('/start', () => {
  it('asks for name and age, shows both, and keeps nothing of it', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/start')).toEqual(['Hello! What is your name?']);
    expect(await chat.say('  Ann   Lee ')).toEqual(['How old are you?']);
    expect(await chat.say('37')).toEqual(['Name: *Ann Lee*, Age: *37*']);
    expect(chat.session()).not.toHaveProperty('onboarding');
  });

  it.each(['', ' ', '\u200b\u2800', '\u202e', '/unknown', 'x'.repeat(65)])(
    'asks again for the name "%s"',
    async (name) => {
      await using chat = await openBotChat();
      await chat.say('/start');
      expect(await chat.say(name)).toEqual([expect.stringContaining('send your name as text')]);
      expect(await chat.say('Ann')).toEqual(['How old are you?']);
    },
  );

  it('says a name without what would turn the rest of the line round', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    await chat.say('Ann\u202e\u2067Lee');
    expect(await chat.say('37')).toEqual(['Name: *AnnLee*, Age: *37*']);
  });

  it.each(['0', '121', '-5', '3.5', '1e2', '0x10', 'old', '9999', ''])(
    'asks again for the age "%s"',
    async (age) => {
      await using chat = await openBotChat();
      await chat.say('/start');
      await chat.say('Ann');
      expect(await chat.say(age)).toEqual([expect.stringContaining('number from 1 to 120')]);
      expect(await chat.say('120')).toEqual(['Name: *Ann*, Age: *120*']);
    },
  );

  it('asks again once after an album, and not because of a pin or an edit', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    const photo = { photo: [{ file_id: 'p' }], media_group_id: 'a' };
    const said: string[] = [];
    for (let item = 0; item < 3; item += 1) said.push(...(await chat.send(photo)));
    said.push(...(await chat.send({ pinned_message: { message_id: 1 } })));
    expect(said).toEqual([expect.stringContaining('send your name as text')]);
    expect(await chat.say('Ann')).toEqual(['How old are you?']);
  });

  it('asks again after a photo', async () => {
    await using chat = await openBotChat();
    await chat.say('/start');
    expect(await chat.send({ photo: [{ file_id: 'p' }] })).toEqual([
      expect.stringContaining('send your name as text'),
    ]);
  });

  it.each([{}, { name: 7 }])('begins anew when the name is not known: %j', async (state) => {
    await using chat = await openBotChat();
    chat.store({ __scenes: { current: 'start.age', state } });
    expect(await chat.say('37')).toEqual(['Hello! What is your name?']);
    expect(await chat.say('Ann')).toEqual(['How old are you?']);
  });

  it('leaves a registration that is under way', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    await chat.say('/start');
    await chat.say('Ann');
    expect(await chat.say('37')).toEqual(['Name: *Ann*, Age: *37*']);
  });
});
