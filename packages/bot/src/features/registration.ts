import { Composer, Markup, Scenes } from 'telegraf';
import { z } from 'zod';
import { readEmail, readName } from '../answer.js';
import type { BotContext } from '../context.js';
import { courtesy } from '../courtesy.js';

type Next = () => Promise<void>;

/** What the wizard has gathered; `asked` is the update that the buttons to confirm were the answer to. */
const draft = z.object({ name: z.string(), email: z.string(), asked: z.number() });
const named = draft.pick({ name: true });

/** /register: asks for name and email, shows them, and keeps them when the user says yes. */
export const registration = new Scenes.WizardScene<BotContext>(
  'register',
  askName,
  takeName,
  takeEmail,
  takeConfirmation,
);

export const register = new Composer<BotContext>();

register.command('register', async (ctx) => {
  delete ctx.session.onboarding;
  await ctx.scene.enter(registration.id);
});

async function askName(ctx: BotContext): Promise<void> {
  ctx.wizard.next();
  await ctx.reply('What is your name?');
}

async function takeName(ctx: BotContext, next: Next): Promise<void> {
  if (ctx.message === undefined) return next();
  const name = readName(ctx);
  if (name === undefined) {
    await ctx.reply('Please send your name as text, at most 64 characters. /cancel to stop.');
    return;
  }
  Object.assign(ctx.wizard.state, { name });
  ctx.wizard.next();
  await ctx.reply('What is your email address?');
}

async function takeEmail(ctx: BotContext, next: Next): Promise<void> {
  if (ctx.message === undefined) return next();
  const email = readEmail(ctx);
  if (email === undefined) {
    await ctx.reply(
      'That is no email address. Please send one, as ann@example.com. /cancel to stop.',
    );
    return;
  }
  const gathered = named.safeParse(ctx.wizard.state);
  if (!gathered.success) return startOver(ctx);
  const { name } = gathered.data;
  // A retry of this turn asks again with the same number, so that the buttons of both messages work.
  const asked = ctx.update.update_id;
  Object.assign(ctx.wizard.state, { email, asked });
  ctx.wizard.next();
  await ctx.reply(`Name: ${name}\nEmail: ${email}\n\nIs this right?`, {
    link_preview_options: { is_disabled: true },
    ...Markup.inlineKeyboard([
      Markup.button.callback('Yes', `register:yes:${asked}`),
      Markup.button.callback('Edit', `register:edit:${asked}`),
    ]),
  });
}

async function takeConfirmation(ctx: BotContext, next: Next): Promise<void> {
  if (ctx.message !== undefined) {
    await ctx.reply('Please press Yes or Edit under the message above. /cancel to stop.');
    return;
  }
  const gathered = draft.safeParse(ctx.wizard.state);
  if (!gathered.success) return startOver(ctx);
  const { name, email, asked } = gathered.data;
  const pressed =
    ctx.callbackQuery !== undefined && 'data' in ctx.callbackQuery ? ctx.callbackQuery.data : '';
  if (pressed === `register:yes:${asked}`) {
    await takeButtonsAway(ctx);
    ctx.session.profile = { name, email };
    await ctx.scene.leave();
    await ctx.reply(`You are registered.\nName: ${name}\nEmail: ${email}`, {
      link_preview_options: { is_disabled: true },
    });
    return;
  }
  if (pressed === `register:edit:${asked}`) {
    await takeButtonsAway(ctx);
    return startOver(ctx);
  }
  return next();
}

/** Also for a state that an earlier version of the bot has left behind. */
async function startOver(ctx: BotContext): Promise<void> {
  await ctx.scene.reenter();
}

async function takeButtonsAway(ctx: BotContext): Promise<void> {
  await courtesy(ctx, ctx.answerCbQuery());
  await courtesy(ctx, ctx.editMessageReplyMarkup(undefined));
}
