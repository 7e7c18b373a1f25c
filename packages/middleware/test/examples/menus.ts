import {
  createButtons,
  deepLink,
  editOrSend,
  session,
  type MessageRef,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';

interface BotContext extends TurnContext {
  session: { items: string[]; status?: MessageRef };
}

export function createBot({ secret }: { secret: string }) {
  const bot = new Composer<BotContext>();
  bot.use(session<BotContext>({ defaultSession: () => ({ items: ['ale', 'bun'] }) }));

  const buttons = createButtons<BotContext>({ secret, version: '1' });
  const cart = buttons.menu('cart');
  const item = buttons.menu('item', z.string());

  function remove(ctx: BotContext, name: string) {
    ctx.session.items = ctx.session.items.filter((each: string) => each !== name);
    return cart.at();
  }

  bot.use(
    cart.on((ctx) => ({
      text: `In your cart: ${ctx.session.items.length}`,
      rows: ctx.session.items.map((name: string) => [{ text: name, opens: item.at(name) }]),
    })),
    item.on((ctx, name) => ({
      text: name,
      rows: [
        [{ text: 'Remove', key: 'remove', press: () => remove(ctx, name) }],
        [{ text: 'Back', opens: cart.at() }],
      ],
    })),
    buttons.rest,
  );
  bot.command('cart', (ctx) => cart.send(ctx));

  const invitation = deepLink('i', z.object({ by: z.number() }), { secret });
  bot.command('invite', (ctx) => ctx.reply(invitation.url(ctx.me, { by: ctx.from.id })));
  bot.use(invitation.on<BotContext>((ctx, { by }) => ctx.reply(`You were invited by ${by}.`)));
  bot.start((ctx) => ctx.reply('Hello!'));

  bot.command('status', async (ctx) => {
    ctx.session.status = await editOrSend(ctx, ctx.session.status, ctx.payload);
  });
  return bot;
}
