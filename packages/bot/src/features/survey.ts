import { onAnswer, privateOnly } from '@chatlane/middleware';
import { Composer, Markup, Scenes } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { bestEffort } from '../best-effort.js';
import { begin } from '../dialogues.js';
import { hint } from '../hints.js';
import { longTextInput } from '../inputs.js';
import type { Parts } from '../parts.js';

/** With this rating or a better one, the user is asked for a recommendation, otherwise for improvements. */
const GOOD_RATING = 4;

/** The state that the first scene passes to the next. */
const ratingState = z.object({ rating: z.number() });

/** /survey: asks for a rating, then one of two questions depending on it. Each question is a scene. */
export const survey = new Composer<BotContext>();

survey.command(
  'survey',
  privateOnly((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me })),
  (ctx) => begin(ctx, 'survey.rating'),
);

export function createSurveyScenes({ buttons }: Parts): Scenes.BaseScene<BotContext>[] {
  const rate = buttons.action('rate', z.number().int().min(1).max(5));
  const recommend = buttons.action('recommend', z.boolean());

  const rating = new Scenes.BaseScene<BotContext>('survey.rating');
  rating.enter((ctx) => {
    const choices = [1, 2, 3, 4, 5].map((each) => rate.button(String(each), each));
    return ctx.reply(ctx.t('survey.rating'), Markup.inlineKeyboard([choices]));
  });
  rating.use(
    rate.on(async (ctx, value) => {
      await removeButtons(ctx);
      const next = value < GOOD_RATING ? 'survey.improve' : 'survey.recommend';
      await ctx.scene.enter(next, { rating: value });
    }),
  );
  rating.use(onAnswer((ctx: BotContext) => hint(ctx, 'survey.pressAButton')));

  const improve = new Scenes.BaseScene<BotContext>('survey.improve');
  improve.enter((ctx) => ctx.reply(ctx.t('survey.improve')));
  improve.use(
    onAnswer(
      longTextInput.on(
        (ctx: BotContext, text) => finish(ctx, { improve: text }),
        (ctx) => hint(ctx, 'survey.textPlease'),
      ),
    ),
  );

  const recommended = new Scenes.BaseScene<BotContext>('survey.recommend');
  recommended.enter((ctx) =>
    ctx.reply(
      ctx.t('survey.recommend'),
      Markup.inlineKeyboard([
        recommend.button(ctx.t('survey.yes'), true),
        recommend.button(ctx.t('survey.no'), false),
      ]),
    ),
  );
  recommended.use(
    recommend.on(async (ctx, value) => {
      await removeButtons(ctx);
      await finish(ctx, { recommend: value });
    }),
  );
  recommended.use(onAnswer((ctx: BotContext) => hint(ctx, 'survey.pressAButton')));

  return [rating, improve, recommended];
}

async function finish(ctx: BotContext, answer: { improve?: string; recommend?: boolean }) {
  const known = ratingState.safeParse(ctx.scene.state);
  // The state may come from another version of the bot.
  if (!known.success) {
    await ctx.scene.enter('survey.rating');
    return;
  }
  const { rating } = known.data;
  ctx.session.survey = { rating, ...answer };
  await ctx.scene.leave();
  await ctx.reply(ctx.t('survey.thanks', { rating }));
}

async function removeButtons(ctx: BotContext): Promise<void> {
  await bestEffort(ctx, ctx.answerCbQuery());
  await bestEffort(ctx, ctx.editMessageReplyMarkup(undefined));
}
