import { Scenes } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { cancel } from './cancel.js';
import { namedWizard } from './named-wizard.js';
import { talkTo, withSession } from './talk.testkit.js';

interface ShopContext extends TurnContext {
  session: Scenes.WizardSession & { basket?: string[]; reserved?: boolean };
  scene: Scenes.SceneContextScene<ShopContext, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<ShopContext>;
}

const release = (ctx: ShopContext) => {
  delete ctx.session.reserved;
};
const plain = new Scenes.BaseScene<ShopContext>('scene');
plain.on('message', (ctx) => ctx.reply('in scene'));
plain.leave(release);
const wizard = new Scenes.WizardScene<ShopContext>('wizard', (ctx) => ctx.reply('in wizard'));
wizard.leave(release);
const named = namedWizard<ShopContext>()('named', {
  state: { name: z.string() },
  steps: { name: { ask: (ctx) => ctx.reply('in named'), read: () => undefined } },
  leave: (ctx) => {
    delete ctx.session.reserved;
    ctx.session.basket = [ctx.wizard.step];
  },
});

const stage = new Scenes.Stage<ShopContext, Scenes.WizardSessionData>([plain, wizard, named]);
stage.use(
  cancel({
    cancelled: (ctx) => `Cancelled, ${ctx.from?.first_name}.`,
    nothing: 'Nothing to cancel.',
    also(ctx) {
      const had = ctx.session.basket?.includes('open') === true;
      if (had) delete ctx.session.basket;
      return had;
    },
  }),
);
stage.command('enter', async (ctx) => {
  ctx.session.reserved = true;
  await ctx.scene.enter(ctx.payload);
});
const bot = withSession<ShopContext>(stage, (ctx) => ctx.reply('outside'));

describe('cancel', () => {
  it.each(['scene', 'wizard', 'named'])(
    'leaves a %s, answers once, and runs its leave handler',
    async (id) => {
      const ann = talkTo(bot);
      await ann.say(`/enter ${id}`);
      expect(ann.stored).toContain('"reserved":true');
      expect(await ann.say('/cancel')).toEqual(['Cancelled, Ann.']);
      expect(JSON.parse(ann.stored!)).toEqual({
        __scenes: {},
        ...(id === 'named' && { basket: ['name'] }),
      });
      expect(await ann.say('hello')).toEqual(['outside']);
    },
  );

  it('answers when there is nothing to cancel', async () => {
    expect(await talkTo(bot).say('/cancel')).toEqual(['Nothing to cancel.']);
  });

  it("accepts the command with this bot's username or none", async () => {
    const ann = talkTo(bot);
    await ann.say('/enter scene');
    expect(await ann.say('/cancel@other_bot')).toEqual(['in scene']);
    expect(await ann.say('/cancel@Lane_Bot now')).toEqual(['Cancelled, Ann.']);
  });

  it('accepts the command in any case, and as the caption of a photo', async () => {
    const ann = talkTo(bot);
    await ann.say('/enter scene');
    expect(await ann.say('/CANCEL')).toEqual(['Cancelled, Ann.']);
    await ann.say('/enter scene');
    const from = { id: 42, is_bot: false, first_name: 'Ann' };
    const chat = { id: 42, type: 'private', first_name: 'Ann' };
    const caption_entities = [{ type: 'bot_command', offset: 0, length: 7 }];
    const photo = { message_id: 1, date: 1, chat, from, photo: [], caption_entities };
    const sent = { message: { ...photo, caption: '/cancel' } };
    expect(await ann.send(sent)).toEqual(['Cancelled, Ann.']);
  });

  it('also cancels what the bot stores outside of scenes', async () => {
    const ann = talkTo(bot, '{"basket":["open"]}');
    expect(await ann.say('/cancel')).toEqual(['Cancelled, Ann.']);
    expect(await ann.say('/cancel')).toEqual(['Nothing to cancel.']);
  });

  it('leaves a scene that a deploy removed', async () => {
    const ann = talkTo(bot, '{"__scenes":{"current":"removed","state":{"a":1}}}');
    expect(await ann.say('/cancel')).toEqual(['Cancelled, Ann.']);
    expect(JSON.parse(ann.stored!)).toEqual({ __scenes: {} });
  });
});
