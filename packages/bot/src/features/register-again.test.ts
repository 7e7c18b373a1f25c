import { until } from '@chatlane/testing';
import { openBotChat, textsOf } from '../bot-chat.testkit.js';

type Chat = Awaited<ReturnType<typeof openBotChat>>;

const contact = { phone_number: '15550001001', first_name: 'Ann', user_id: 42 };
const summary = `<b>Name:</b> Ann
<b>Email:</b> ann@example.com
<b>Phone:</b> +15550001001

Is this right?`;
const codeOf = (chat: Chat): string => /\d{6}/.exec(chat.codes.at(-1)?.text ?? '')?.[0] ?? '';

describe('/register', () => {
  it('accepts edited answers, also at the summary, which is then shown again', async () => {
    await using chat = await openBotChat();
    const edit = async (message_id: number, text: string) => {
      const { message } = chat.message({ text, message_id });
      return textsOf(await chat.turn({ edited_message: { ...message, edit_date: 2 } }));
    };
    await chat.say('/register');
    await chat.say('An', { message_id: 7 });
    await chat.say('ann@example', { message_id: 8 });
    expect(await edit(8, 'ann@example.com')).toEqual([expect.stringContaining('phone number?')]);
    await chat.send({ contact });
    await chat.say(codeOf(chat));
    expect(await edit(7, 'Ann')).toEqual([summary]);
    await chat.press(chat.buttons()[0] ?? '');
    expect(await chat.session()).toMatchObject({
      profile: { name: 'Ann', email: 'ann@example.com' },
    });
    expect(await edit(7, 'Bea')).toEqual([]);
  });

  it('repeats its question in a newly chosen language, without a second code', async () => {
    await using chat = await openBotChat();
    await chat.say('/register');
    await chat.say('Ann');
    await chat.say('ann@example.com');
    const [, again] = await chat.say('/language de');
    expect(again).toMatch(/^Wie lautet deine Telefonnummer/);
    expect(JSON.stringify(chat.calls.at(-1)?.body)).toContain('Meine Telefonnummer teilen');
    await chat.send({ contact });
    expect(await chat.say('/language english')).toEqual([
      expect.any(String),
      expect.stringContaining('6-digit code'),
    ]);
    expect(chat.codes).toHaveLength(1);
    expect(await chat.say(codeOf(chat))).toEqual([summary]);
  });

  it('shows that the bot is busy while it sends a code', async () => {
    const deliverCode = () => until(() => chat.actions().length > 0, 'a chat action');
    await using chat: Chat = await openBotChat({
      deliverCode: () => deliverCode().then(() => undefined),
    });
    for (const words of ['/register', 'Ann', 'ann@example.com']) await chat.say(words);
    await chat.send({ contact });
    expect(chat.actions()).toEqual(['typing']);
  });
});
