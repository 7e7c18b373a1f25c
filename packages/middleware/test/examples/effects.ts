import type { TurnContext } from '@chatlane/middleware';
import { Composer } from 'telegraf';

interface Bank {
  charge(order: string, options: { idempotencyKey: string }): Promise<{ id: string }>;
}

export function createBot(bank: Bank): Composer<TurnContext> {
  const order = 'order 7';
  const bot = new Composer<TurnContext>();
  bot.command('pay', async (ctx) => {
    const { id } = await ctx.effect(
      'charge',
      ({ key }) => bank.charge(order, { idempotencyKey: key }),
      {
        onUnknown: 'ask',
      },
    );
    await ctx.reply(`Paid: ${id}`);
  });
  return bot;
}
