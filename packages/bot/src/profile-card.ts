import { safeHtml, type SafeMarkup } from '@chatlane/middleware';
import type { BotContext } from './context.js';
import type { Profile } from './sessions.js';

/** What a user entered in /register, for `replyWithHTML`, with their input escaped. */
export function profileCard(
  ctx: BotContext,
  { name, email, phone = '-' }: Profile,
): SafeMarkup<'HTML'> {
  return safeHtml`<b>${ctx.t('field.name')}:</b> ${name}
<b>${ctx.t('field.email')}:</b> ${email}
<b>${ctx.t('field.phone')}:</b> ${phone}`;
}
