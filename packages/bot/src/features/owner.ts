import { ownerOnly } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import type { BotContext } from '../context.js';
import type { Parts } from '../parts.js';

/**
 * /owner: shows which worker of which deployment answers, to users in OWNER_IDS. For others it is an unknown command.
 */
export function createOwner({ ports }: Parts): Composer<BotContext> {
  const owner = new Composer<BotContext>();
  owner.command('owner', (ctx, next) =>
    ownerOnly<BotContext>(ports.ownerIds, () => next())(ctx, async () => {
      const minutes = Math.floor(process.uptime() / 60);
      const { name } = ports;
      await ctx.reply(ctx.t('owner.shown', { name, pid: process.pid, minutes }));
    }),
  );
  return owner;
}
