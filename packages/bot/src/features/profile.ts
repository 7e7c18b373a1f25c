import { privateOnly } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import type { BotContext } from '../context.js';

/** /profile: what the user registered with. */
export const profile = new Composer<BotContext>();

profile.command(
  'profile',
  privateOnly((ctx) => ctx.t('guard.privateOnly')),
  async (ctx) => {
    const { profile } = ctx.session;
    const text =
      profile === undefined
        ? ctx.t('profile.none')
        : ctx.t('profile.shown', { ...profile, phone: profile.phone ?? '-' });
    await ctx.reply(text, { link_preview_options: { is_disabled: true } });
  },
);
