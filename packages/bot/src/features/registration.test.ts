import { openChat, textsOf } from '../chat.testkit.js';

/** Fills the form in up to the buttons. */
async function fillIn(chat: Awaited<ReturnType<typeof openChat>>, name = 'Ann') {
  await chat.say('/register');
  await chat.say(name);
  const [summary] = await chat.say('ann@example.com');
  const [yes = '', edit = ''] = chat.buttons();
  return { summary, yes, edit };
}

describe('/register', () => {
  it('gathers name and email and keeps them when the user says yes', async () => {
    await using chat = await openChat();
    expect(await chat.say('/register')).toEqual(['What is your name?']);
    expect(await chat.say('Ann')).toEqual(['What is your email address?']);
    expect(await chat.say('ann@example.com')).toEqual([
      'Name: Ann\nEmail: ann@example.com\n\nIs this right?',
    ]);
    const calls = await chat.press(chat.buttons()[0] ?? '');
    expect(calls.map(({ method }) => method)).toEqual([
      'answerCallbackQuery',
      'editMessageReplyMarkup',
      'sendMessage',
    ]);
    expect(textsOf(calls)).toEqual(['You are registered.\nName: Ann\nEmail: ann@example.com']);
    expect(chat.session()).toEqual({
      profile: { name: 'Ann', email: 'ann@example.com' },
      __scenes: {},
    });
  });

  it('starts from the name again after Edit', async () => {
    await using chat = await openChat();
    const { edit } = await fillIn(chat);
    expect(textsOf(await chat.press(edit))).toEqual(['What is your name?']);
    expect(await chat.say('Bea')).toEqual(['What is your email address?']);
    expect(await chat.say('bea@example.com')).toEqual([expect.stringContaining('Name: Bea')]);
  });

  it.each(['ann', 'ann@', 'ann@example', '/unknown', 'a b@example.com'])(
    'asks again for the email "%s"',
    async (email) => {
      await using chat = await openChat();
      await chat.say('/register');
      await chat.say('Ann');
      expect(await chat.say(email)).toEqual([expect.stringContaining('no email address')]);
      expect(await chat.say('ann@example.com')).toEqual([
        expect.stringContaining('Is this right?'),
      ]);
    },
  );

  it('asks again at each step for what is no text', async () => {
    await using chat = await openChat();
    const sticker = { sticker: { file_id: 's' } };
    await chat.say('/register');
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('your name as text')]);
    await chat.say('Ann');
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('no email address')]);
    await chat.say('ann@example.com');
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('press Yes or Edit')]);
  });

  it('takes no press of the buttons of an earlier question for the present one', async () => {
    await using chat = await openChat();
    const first = await fillIn(chat);
    await chat.press(first.edit);
    await chat.say('Bea');
    await chat.say('bea@example.com');
    expect(await chat.press(first.yes)).toMatchObject([
      { method: 'answerCallbackQuery', body: { text: 'This button is no longer in use.' } },
    ]);
    expect(chat.session()).not.toHaveProperty('profile');
  });

  it('registers although the button is too old to be answered and its message is gone', async () => {
    await using chat = await openChat();
    const { yes } = await fillIn(chat);
    chat.refuse('answerCallbackQuery', 400, 'Bad Request: query is too old');
    chat.refuse('editMessageReplyMarkup', 400, 'Bad Request: message to edit not found');
    expect(textsOf(await chat.press(yes))).toEqual([expect.stringContaining('You are registered')]);
    expect(chat.session()).toMatchObject({ profile: { name: 'Ann' } });
  });

  it('gives a repeated turn the same buttons', async () => {
    await using chat = await openChat();
    await chat.say('/register');
    await chat.say('Ann');
    const email = { ...chat.message({ text: 'ann@example.com' }), update_id: 500 };
    chat.refuse('sendMessage', 500, 'Internal Server Error');
    await expect(chat.turn(email)).rejects.toThrow();
    const lost = chat.buttons();
    chat.accept('sendMessage');
    await chat.turn(email, { attempt: 2 });
    expect(chat.calls.filter(({ body }) => body.reply_markup)).toHaveLength(2);
    expect(chat.buttons()).toEqual(lost);
  });

  it('keeps quiet about updates that are no answer', async () => {
    await using chat = await openChat();
    await chat.say('/register');
    const edited = { edited_message: { ...chat.message({ text: 'x' }).message, edit_date: 2 } };
    expect(await chat.turn(edited)).toEqual([]);
    expect(await chat.say('Ann')).toEqual(['What is your email address?']);
  });

  it('stays where it is while /help is answered', async () => {
    await using chat = await openChat();
    await chat.say('/register');
    expect(await chat.say('/help')).toEqual([expect.stringContaining('/register - ')]);
    expect(await chat.say('Ann')).toEqual(['What is your email address?']);
  });

  it('leaves a /start that is under way', async () => {
    await using chat = await openChat();
    await chat.say('/start');
    await chat.say('/register');
    expect(chat.session()).not.toHaveProperty('onboarding');
    expect(await chat.say('Ann')).toEqual(['What is your email address?']);
  });
});
