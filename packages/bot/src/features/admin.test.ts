import { openBotChat, textsOf } from '../bot-chat.testkit.js';

type Chat = Awaited<ReturnType<typeof openBotChat>>;

const group = { id: -5, type: 'group', title: 'Group' };
const admin = { id: 7, is_bot: false, first_name: 'Creator' };
const member = { id: 42, is_bot: false, first_name: 'Ann' };

const slowMode = (chat: Chat, from: object, data: string) => chat.press(data, from, group.id);

describe('slow mode', () => {
  it('notifies a member once that it ignores their commands, and again after their next answered command', async () => {
    await using chat = await openBotChat();
    await chat.say('/admin', { chat: group, from: admin });
    await slowMode(chat, admin, chat.buttons()[2] ?? '');
    const say = (text: string, date: number) => chat.say(text, { chat: group, from: member, date });
    const help = [expect.stringContaining('what I can do')];
    const slowed = (seconds: number) => [
      `Slow mode is on here. I'm ignoring your commands for the next ${seconds} seconds.`,
    ];
    expect(await say('/help', 100)).toEqual(help);
    expect(await say('/help', 110)).toEqual(slowed(50));
    expect(await say('/cancel', 120)).toEqual([]);
    const entities = [{ type: 'bot_command', offset: 0, length: 5 }];
    const photo = { photo: [], caption: '/help', caption_entities: entities };
    expect(await chat.send({ chat: group, from: member, date: 130, ...photo })).toEqual([]);
    expect(await say('/help', 160)).toEqual(help);
    expect(await say('/help', 161)).toEqual(slowed(59));
  });
});

describe('/admin', () => {
  it('answers only the admins of a group', async () => {
    await using chat = await openBotChat();
    const refused = await chat.say('/admin', { chat: group, from: member });
    expect(refused).toEqual([expect.stringContaining('Only admins')]);
    const shown = await chat.say('/admin', { chat: group, from: admin });
    expect(shown).toEqual([expect.stringContaining('Slow mode: off')]);
    expect(await chat.say('/admin', { from: admin })).toEqual([
      expect.not.stringContaining('Slow mode'),
    ]);
  });

  it('has buttons that only admins can use', async () => {
    await using chat = await openBotChat();
    await chat.say('/admin', { chat: group, from: admin });
    const [, tenSeconds = ''] = chat.buttons();
    const refused = await slowMode(chat, member, tenSeconds);
    expect(refused).toMatchObject([
      {
        method: 'answerCallbackQuery',
        body: { text: expect.stringContaining('Only admins') as string },
      },
    ]);
    expect(await chat.say('/admin', { chat: group, from: admin })).toEqual([
      expect.stringContaining('Slow mode: off'),
    ]);
    expect(textsOf(await slowMode(chat, admin, tenSeconds))).toEqual([]);
    expect(await chat.say('/admin', { chat: group, from: admin })).toEqual([
      expect.stringContaining('10 s'),
    ]);
  });
});
