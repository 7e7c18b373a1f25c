import { Composer, Markup, Scenes } from 'telegraf';
import { message } from 'telegraf/filters';
import { z } from 'zod';
import { session } from '../session/session.js';
import type { TurnContext } from '../turn/turn.js';
import { namedWizard } from './named-wizard.js';
import { replyKeyboards } from './reply-keyboards.js';
import { talkTo } from './talk.testkit.js';

interface PhoneContext extends TurnContext {
  session: Scenes.SceneSession & { phone?: string };
  scene: Scenes.SceneContextScene<PhoneContext>;
}

const removed = { reply_markup: { remove_keyboard: true } };
const share = Markup.keyboard([Markup.button.contactRequest('Share my number')]);

const phone = new Scenes.BaseScene<PhoneContext>('phone');
phone.enter((ctx) => ctx.reply('Your number?', share));
phone.command('other', (ctx) => ctx.scene.enter('other'));
phone.command('choose', (ctx) => ctx.scene.enter('choose'));
phone.command('leave', async (ctx) => {
  await ctx.scene.leave();
  await ctx.sendPhoto('photo');
});
phone.on(message('text'), (ctx) => ctx.reply('Press the button.'));

const brief = new Scenes.BaseScene<PhoneContext>('brief');
brief.enter((ctx) => ctx.reply('Your number?', share));
brief.ttl = 60;

const other = new Scenes.BaseScene<PhoneContext>('other');
other.enter((ctx) => ctx.reply('Something else?'));

const choose = new Scenes.BaseScene<PhoneContext>('choose');
choose.enter((ctx) =>
  ctx.reply('Which?', Markup.inlineKeyboard([Markup.button.callback('A', 'a')])),
);

const form = namedWizard<PhoneContext>()('form', {
  state: { phone: z.string(), name: z.string() },
  steps: {
    phone: { ask: (ctx) => ctx.reply('Your number?', share), read: (ctx) => ctx.text },
    name: { ask: (ctx) => ctx.reply('Your name?'), read: (ctx) => ctx.text },
  },
});

/** A bot with these scenes. */
function botWith(...scenes: Scenes.BaseScene<PhoneContext>[]) {
  const stage = new Scenes.Stage<PhoneContext>(scenes);
  stage.command('enter', (ctx) => ctx.scene.enter(ctx.payload));
  stage.command('menu', (ctx) => ctx.reply('Menu', share));
  return new Composer<PhoneContext>(
    session<PhoneContext>({ defaultSession: () => ({}) }),
    replyKeyboards(),
    stage,
    (ctx) => ctx.reply('outside'),
  );
}
const bot = botWith(phone, brief, other, choose, form);

describe('replyKeyboards', () => {
  it('keeps a keyboard while its question is open', async () => {
    const ann = talkTo(bot);
    await ann.say('/enter phone');
    await ann.say('hm');
    expect(ann.sent).toEqual([expect.not.objectContaining(removed)]);
  });

  it.each(['/leave', '/other'])(
    'removes the keyboard once when the scene is left by %s',
    async (way) => {
      const ann = talkTo(bot);
      await ann.say('/enter phone');
      await ann.say(way);
      expect(ann.sent).toMatchObject([removed]);
      await ann.say('hm');
      expect(ann.sent).toEqual([expect.not.objectContaining(removed)]);
      expect(ann.stored).not.toContain('keyboard');
    },
  );

  it('removes the keyboard with the next step of a wizard', async () => {
    const ann = talkTo(bot);
    await ann.say('/enter form');
    await ann.say('+1');
    expect(ann.sent).toMatchObject([{ text: 'Your name?', ...removed }]);
  });

  it('removes the keyboard when the scene has expired, or was removed by a deploy', async () => {
    const ann = talkTo(bot);
    await ann.say('/enter brief');
    ann.stored = ann.stored!.replace(/"expires":\d+/, '"expires":1');
    await ann.say('hm');
    expect(ann.sent).toMatchObject([{ text: 'outside', ...removed }]);
    await ann.say('/enter phone');
    const later = ann.with(botWith(other));
    await later.say('/enter other');
    expect(later.sent).toMatchObject([{ text: 'Something else?', ...removed }]);
  });

  it('removes the keyboard only with a message that has no buttons of its own', async () => {
    const ann = talkTo(bot);
    await ann.say('/enter phone');
    await ann.say('/choose');
    expect(ann.sent).toEqual([expect.not.objectContaining(removed)]);
    await ann.say('/enter other');
    expect(ann.sent).toMatchObject([removed]);
  });

  it('keeps a keyboard that belongs to no question', async () => {
    const ann = talkTo(bot);
    await ann.say('/menu');
    await ann.say('/enter other');
    expect(ann.sent).toEqual([expect.not.objectContaining(removed)]);
  });

  it('removes the keyboard only for that person in a group', async () => {
    const ann = talkTo(bot);
    const chat = { id: -5, type: 'group', title: 'Group' };
    const from = { id: 42, is_bot: false, first_name: 'Ann' };
    const say = (text: string) => {
      const entities = [{ type: 'bot_command', offset: 0, length: text.split(' ')[0]!.length }];
      return ann.send({ message: { message_id: 7, date: 1, chat, from, text, entities } });
    };
    await say('/enter phone');
    await say('/other');
    expect(ann.sent).toMatchObject([
      {
        reply_markup: { remove_keyboard: true, selective: true },
        reply_parameters: { message_id: 7 },
      },
    ]);
  });
});
