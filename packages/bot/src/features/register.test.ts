import { openBotChat, textsOf } from '../bot-chat.testkit.js';

type Chat = Awaited<ReturnType<typeof openBotChat>>;

const phone = '+15550001001';
const contact = { phone_number: '15550001001', first_name: 'Ann', user_id: 42 };
const card = `<b>Name:</b> Ann\n<b>Email:</b> ann@example.com\n<b>Phone:</b> ${phone}`;
const summary = `${card}\n\nIs this right?`;
const askPhone = expect.stringContaining("What's your phone number?") as string;
const askCode = `I've sent a 6-digit code to ${phone}. Please type it here.`;

const codeOf = (chat: Chat): string => /\d{6}/.exec(chat.codes.at(-1)?.text ?? '')?.[0] ?? '';
const wrongCode = (chat: Chat): string => (codeOf(chat) === '000000' ? '000001' : '000000');

/** Fills in the form up to the question for the code. */
async function upToCode(chat: Chat, name = 'Ann', email = 'ann@example.com'): Promise<void> {
  await chat.say('/register');
  await chat.say(name);
  await chat.say(email);
  await chat.send({ contact });
}

/** Fills in the form up to the buttons. */
async function upToButtons(chat: Chat, name = 'Ann') {
  await upToCode(chat, name);
  const shown = await chat.say(codeOf(chat));
  const [yes = '', editName = '', editEmail = '', editPhone = ''] = chat.buttons();
  return { shown, yes, editName, editEmail, editPhone };
}

describe('/register', () => {
  it('treats an album as one answer, and saves none of its files', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    const replies: string[] = [];
    for (const [media_group_id, answer] of Object.entries({ a: 'Ann', b: 'ann@example.com' })) {
      const photo = { photo: [{ file_id: 'p', file_unique_id: 'u' }], media_group_id };
      for (let item = 0; item < 3; item += 1) replies.push(...(await chat.send(photo)));
      replies.push(...(await chat.say(answer)));
    }
    expect(replies).toHaveLength(4);
    expect(await chat.requests()).toEqual([]);
    await chat.say('/cancel');
    await chat.send({ photo: [{ file_id: 'p', file_unique_id: 'u' }] });
    expect(await chat.requests()).toHaveLength(1);
  });

  it('asks for name, email, own phone number and code, and saves what the user confirms', async () => {
    await using chat = await openBotChat();
    expect(await chat.say('/register')).toEqual(["What's your name?"]);
    expect(await chat.say('Ann')).toEqual(["What's your email address?"]);
    expect(await chat.say('ann@example.com')).toEqual([askPhone]);
    expect(JSON.stringify(chat.calls.at(-1)?.body)).toContain('"request_contact":true');
    expect(await chat.send({ contact })).toEqual([askCode]);
    expect(chat.codes).toMatchObject([{ to: phone, chatId: 42 }]);
    expect(chat.codes[0]?.text).toMatch(/^\d{6} is your code for @lane_bot. It is valid for 5 min/);
    expect(await chat.say(codeOf(chat))).toEqual([summary]);
    const calls = await chat.press(chat.buttons()[0] ?? '');
    expect(calls.map(({ method }) => method)).toEqual([
      'answerCallbackQuery',
      'editMessageReplyMarkup',
      'sendMessage',
    ]);
    expect(textsOf(calls)).toEqual([`You&#39;re registered.\n${card}`]);
    expect(await chat.session()).toMatchObject({
      profile: { name: 'Ann', email: 'ann@example.com', phone },
      __scenes: {},
    });
    expect(JSON.stringify(await chat.session())).not.toContain(codeOf(chat));
    expect(await chat.say('/profile')).toEqual([card]);
  });

  it('lets the user change each field, and asks for nothing else again', async () => {
    await using chat = await openBotChat();
    const { editName } = await upToButtons(chat);
    expect(textsOf(await chat.press(editName))).toEqual(["What's your name?"]);
    expect(await chat.say('Bea')).toEqual([summary.replace('Ann', 'Bea')]);
    const [, , editEmail = ''] = chat.buttons();
    expect(textsOf(await chat.press(editEmail))).toEqual(["What's your email address?"]);
    expect(await chat.say('bea@example.com')).toEqual([expect.stringContaining('bea@example')]);
  });

  it('requires a code for another phone number', async () => {
    await using chat = await openBotChat();
    const { editPhone } = await upToButtons(chat);
    expect(textsOf(await chat.press(editPhone))).toEqual([askPhone]);
    const other = { contact: { ...contact, phone_number: '+15550002002' } };
    expect(await chat.send(other)).toEqual([expect.stringContaining('+15550002002')]);
    expect(await chat.say(codeOf(chat))).toEqual([expect.stringContaining('+15550002002')]);
    const yes = chat.buttons()[0] ?? '';
    await chat.press(yes);
    expect(await chat.session()).toMatchObject({ profile: { phone: '+15550002002' } });
  });

  it.each(['ann', 'ann@', 'ann@example', '/unknown', 'a b@example.com'])(
    'asks again for the email "%s"',
    async (email) => {
      await using chat = await openBotChat();
      await chat.say('/register');
      await chat.say('Ann');
      expect(await chat.say(email)).toEqual([
        expect.stringContaining("doesn't look like an email"),
      ]);
      expect(await chat.say('ann@example.com')).toEqual([askPhone]);
    },
  );

  it('asks again at each step after something that is not an answer', async () => {
    await using chat = await openBotChat();
    const sticker = { sticker: { file_id: 's' } };
    await chat.say('/register');
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('type your name')]);
    await chat.say('Ann');
    expect(await chat.send(sticker)).toEqual([
      expect.stringContaining("doesn't look like an email"),
    ]);
    await chat.say('ann@example.com');
    expect(await chat.say(phone)).toEqual([expect.stringContaining('tap the button below')]);
    await chat.send({ contact });
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('The code has 6 digits')]);
    expect(await chat.say('12345', { date: 302 })).toEqual([
      expect.stringContaining('The code has 6 digits'),
    ]);
    await chat.say(codeOf(chat));
    expect(await chat.send(sticker)).toEqual([expect.stringContaining('tap one of the buttons')]);
  });

  it.each([{ user_id: 43 }, { user_id: undefined }])(
    'refuses a contact that is not the sender: %j',
    async (whose) => {
      await using chat = await openBotChat();
      await chat.say('/register');
      await chat.say('Ann');
      await chat.say('ann@example.com');
      const refused = await chat.send({ contact: { ...contact, ...whose } });
      expect(refused).toEqual([expect.stringContaining("someone else's")]);
      expect(chat.codes).toEqual([]);
    },
  );

  it('accepts a code with spaces, at the third attempt, but not at the fourth', async () => {
    await using chat = await openBotChat();
    await upToCode(chat);
    expect(await chat.say(wrongCode(chat))).toEqual([expect.stringContaining('2 more tries')]);
    expect(await chat.say(wrongCode(chat))).toEqual([expect.stringContaining('one more try')]);
    const spent = await chat.say(wrongCode(chat));
    expect(spent).toEqual([expect.stringContaining("wasn't the right code either"), askPhone]);
    expect(await chat.say(codeOf(chat))).toEqual([expect.stringContaining('tap the button')]);
    await chat.send({ contact });
    await chat.say(wrongCode(chat));
    await chat.say(wrongCode(chat));
    expect(await chat.say(codeOf(chat).replace(/^.../, '$& '))).toEqual([summary]);
  });

  it('refuses an expired code', async () => {
    await using chat = await openBotChat();
    await upToCode(chat);
    const late = await chat.say(codeOf(chat), { date: 1_000 });
    expect(late).toEqual([expect.stringContaining('has expired'), askPhone]);
  });

  it('sends at most five codes an hour, even if the user starts again or clears the session', async () => {
    await using chat = await openBotChat();
    for (let times = 0; times < 5; times += 1) await upToCode(chat);
    await chat.say('/reset');
    expect(await chat.session()).toEqual({});
    await chat.say('/register');
    await chat.say('Ann');
    await chat.say('ann@example.com');
    expect(await chat.send({ contact })).toEqual([expect.stringContaining('too many codes')]);
    expect(chat.codes).toHaveLength(5);
    expect(await chat.session()).toMatchObject({ __scenes: {} });
  });

  it('apologises when a code cannot be sent, and sends the same one in the repeated turn', async () => {
    const texts: string[] = [];
    await using chat = await openBotChat({
      deliverCode: ({ text }) =>
        texts.push(text) === 1 ? Promise.reject(new Error('no gateway')) : Promise.resolve(),
    });
    await chat.say('/register');
    await chat.say('Ann');
    await chat.say('ann@example.com');
    expect(await chat.send({ contact })).toEqual([
      expect.stringContaining("couldn't send the code"),
      askCode,
    ]);
    expect(texts[1]).toBe(texts[0]);
  });

  it('ignores the buttons of an earlier summary', async () => {
    await using chat = await openBotChat();
    const first = await upToButtons(chat);
    await chat.press(first.editName);
    await chat.say('Bea');
    expect(await chat.press(first.yes)).toMatchObject([
      { method: 'answerCallbackQuery', body: { text: 'This button no longer works.' } },
    ]);
    expect(await chat.session()).not.toHaveProperty('profile');
  });

  it('refuses forged buttons', async () => {
    await using chat = await openBotChat();
    const { yes } = await upToButtons(chat);
    for (const made of ['register:yes:1', yes.replace(/^~..../, '~AAAA')]) {
      const calls = await chat.press(made);
      expect(calls.map(({ method }) => method)).toEqual(['answerCallbackQuery']);
    }
    expect(await chat.session()).not.toHaveProperty('profile');
  });

  it('registers even if the press can no longer be answered and its message is gone', async () => {
    await using chat = await openBotChat();
    const { yes } = await upToButtons(chat);
    chat.refuse('answerCallbackQuery', 400, 'Bad Request: query is too old');
    chat.refuse('editMessageReplyMarkup', 400, 'Bad Request: message to edit not found');
    expect(textsOf(await chat.press(yes))).toEqual([expect.stringContaining('registered.')]);
    expect(await chat.session()).toMatchObject({ profile: { name: 'Ann' } });
  });

  it('shows the same buttons in a repeated turn', async () => {
    await using chat = await openBotChat();
    await upToCode(chat);
    let isFirst = true;
    chat.onCall('sendMessage', () => {
      const answer = isFirst ? ('reset' as const) : undefined;
      isFirst = false;
      return answer;
    });
    const shown = await chat.turn(chat.message({ text: codeOf(chat) }));
    const [lost, again, ...more] = shown.flatMap(({ body }) => body.reply_markup ?? []);
    expect(chat.buttons()).toHaveLength(4);
    expect([again, more]).toEqual([lost, []]);
  });

  it('ignores updates that are not answers, and continues after /help', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    const edited = { edited_message: { ...chat.message({ text: 'x' }).message, edit_date: 2 } };
    expect(await chat.turn(edited)).toEqual([]);
    expect(await chat.say('/help')).toEqual([expect.stringContaining('/register - ')]);
    expect(await chat.say('Ann')).toEqual(["What's your email address?"]);
  });

  it('works only in private chats', async () => {
    await using chat = await openBotChat();
    const group = { id: -5, type: 'group', title: 'Group' };
    expect(await chat.say('/register', { chat: group })).toEqual([
      'That only works in a private chat with me: @lane_bot',
    ]);
  });

  it('removes the keyboard when it is cancelled, and deletes the answers', async () => {
    await using chat = await openBotChat();
    await upToCode(chat);
    expect(await chat.say('/cancel')).toEqual(['Cancelled.']);
    expect(chat.calls.at(-1)?.body.reply_markup).toEqual({ remove_keyboard: true });
    expect(await chat.session()).toMatchObject({ __scenes: {} });
    expect(JSON.stringify(await chat.session())).not.toContain('Ann');
  });
});
