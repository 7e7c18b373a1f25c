import { setTimeout as sleep } from 'node:timers/promises';
import { startSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;

beforeAll(async () => {
  system = await startSystem({ workers: 2, timeScale: 1, workerEnv: { BOT_MODULE: '' } });
}, 60_000);
afterAll(() => system.stop());

interface Said {
  message_id: number;
  text?: string;
  from: { is_bot: boolean };
  reply_markup?: { inline_keyboard?: { text: string; callback_data: string }[][] };
}

/** Somebody in a chat with the bot: their own, unless a group is named. */
async function person(id: number, fields: object = {}, chat = id) {
  await system.play('/play/users', { id, first_name: 'Ann', ...fields });
  const heard = async (): Promise<Said[]> => {
    const history = await system.play<Said[]>(`/play/chats/${chat}/messages`);
    return history.filter(({ from }) => from.is_bot);
  };
  return {
    say: (text: string) => system.play('/play/messages', { chat_id: chat, from_id: id, text }),
    share: (contact: object = {}) =>
      system.play('/play/contacts', { chat_id: chat, from_id: id, ...contact }),
    /** Waits until a message of the bot has this text, as it is shown by now. */
    async hears(words: string | RegExp): Promise<Said> {
      const fits = ({ text = '' }: Said) => text.search(words) >= 0;
      for (;;) {
        const found = (await heard()).findLast(fits);
        if (found) return found;
        await sleep(20);
      }
    },
    /** Presses a button of the bot's last message that has it. */
    async press(name: string): Promise<void> {
      const buttons = ({ reply_markup }: Said) => reply_markup?.inline_keyboard?.flat() ?? [];
      for (;;) {
        const message = (await heard()).findLast((each) =>
          buttons(each).some(({ text }) => text === name),
        );
        const button = message && buttons(message).find(({ text }) => text === name);
        if (message && button) {
          const { message_id } = message;
          const data = button.callback_data;
          await system.play('/play/presses', { chat_id: chat, message_id, from_id: id, data });
          return;
        }
        await sleep(20);
      }
    },
  };
}

const commandsOf = async (query: string): Promise<string> => {
  const { commands } = await system.play<{ commands: object[] }>(`/play/bot?${query}`);
  return JSON.stringify(commands);
};

it('registers, tries a wrong code and somebody else’s number, edits, and shows the profile', async () => {
  const ann = await person(9001);
  await ann.say('/register');
  await ann.hears('What is your name?');
  await ann.say('Ann');
  await ann.hears('email address');
  await ann.say('ann@example.com');
  await ann.hears('phone number');
  await ann.share({ contact_user_id: 9002 });
  await ann.hears('somebody else');
  await ann.share();
  const { text = '' } = await ann.hears(/^SMS/);
  const code = /\d{6}(?= is)/.exec(text)![0];
  await ann.say(code === '000000' ? '000001' : '000000');
  await ann.hears('2 more tries');
  await ann.say(code);
  await ann.hears('Is this right');
  await ann.press('Edit name');
  await ann.say('Bea');
  await ann.hears('Name: Bea');
  await ann.press('Yes');
  await ann.hears(/^You are registered.\nName: Bea/);
  await ann.say('/profile');
  await ann.hears(/^Name: Bea\n.*\nPhone: \+15550009001$/);
});

it('speaks the language of the app, and the one that was chosen', async () => {
  const bea = await person(9011, { language_code: 'de' });
  await bea.say('hallo');
  await bea.hears('nicht verstanden');
  await bea.say('/settings');
  await bea.press('Sprache: Deutsch');
  await bea.press('English');
  await bea.press('Hints: on');
  await bea.press('Close');
  await bea.hears('Settings closed.');
  await bea.say('/language de');
  await bea.hears('Ich spreche jetzt Deutsch');
  expect(await commandsOf('chat_id=9011&user_id=9011')).toContain('Kennenlernen');
});

it('goes the way of the survey that the rating leads to', async () => {
  const eve = await person(9021);
  await eve.say('/survey');
  await eve.press('2');
  await eve.hears('What should be better?');
  await eve.say('/cancel');
  await eve.hears('Cancelled.');
  await eve.say('/survey');
  await eve.press('5');
  await eve.press('Yes');
  await eve.hears('You gave 5 of 5');
});

it('lets the admins of a group slow the bot down', async () => {
  const group = -9030;
  const people = { member_ids: [9031, 9032], admin_ids: [9031] };
  const admin = await person(9031, {}, group);
  const member = await person(9032, {}, group);
  await system.play('/play/chats', { id: group, type: 'group', ...people });
  await member.say('/admin');
  await member.hears('Only admins');
  await admin.say('/admin');
  await admin.hears('Slow mode: off');
  await admin.press('300 s');
  await admin.hears('one answer in 300 s');
  await member.say('/help');
  await member.hears('I can do this');
  await member.say('/cancel');
  await system.untilQuiet();
  await expect(
    Promise.race([member.hears('nothing to cancel'), sleep(0, 'silence')]),
  ).resolves.toBe('silence');
  expect(await commandsOf(`chat_id=${group}&user_id=9031`)).toContain('"admin"');
  expect(await commandsOf(`chat_id=${group}&user_id=9032`)).not.toContain('"admin"');
});
