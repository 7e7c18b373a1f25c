import { privateOnly, splitText } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { bold, fmt } from 'telegraf/format';
import type { BotContext } from '../context.js';
import { profileCard } from '../profile-card.js';

const noPreview = { link_preview_options: { is_disabled: true } };

/** /profile: shows what the user entered in /register and /survey. */
export const profile = new Composer<BotContext>();

profile.command(
  'profile',
  privateOnly((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me })),
  async (ctx) => {
    const { profile, survey } = ctx.session;
    if (profile === undefined) await ctx.reply(ctx.t('profile.none'));
    else await ctx.replyWithHTML(profileCard(ctx, profile).text, noPreview);
    if (survey === undefined) return;
    const { rating, improve = '' } = survey;
    // A text of the maximum length does not fit into a message together with the heading.
    const answer = fmt`${bold(ctx.t('profile.survey', { rating }))}\n${improve}`;
    for (const piece of splitText(answer)) await ctx.reply(piece, noPreview);
  },
);
