import { namedWizard, ownContact, privateOnly, safeHtml } from '@chatlane/middleware';
import { Composer, Markup, type Scenes } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { bestEffort } from '../best-effort.js';
import { UserFacingError } from '../error-boundary.js';
import { begin } from '../dialogues.js';
import { hint } from '../hints.js';
import { codeInput, emailInput, nameInput } from '../inputs.js';
import { CODE_LIFE_SECONDS, CODE_TRIES, issuedCode, type IssuedCode } from '../one-time-code.js';
import type { Parts } from '../parts.js';
import { profileCard } from '../profile-card.js';

const WIZARD = 'register';
const noPreview = { link_preview_options: { is_disabled: true } };

/** /register: only in private chats, because the phone number is requested with a button. */
export const register = new Composer<BotContext>();

register.command(
  'register',
  privateOnly((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me })),
  (ctx) => begin(ctx, WIZARD),
);

/** The form: name, email, own phone number, the code sent to it, and a summary with buttons to change each of them. */
export function createRegistration({
  buttons,
  codes,
  codeQuota,
  ports,
}: Parts): Scenes.BaseScene<BotContext> {
  const confirm = buttons.action(
    'register',
    z.tuple([z.enum(['yes', 'name', 'email', 'phone']), z.number()]),
  );

  /** Sends a code. Resolves to undefined if the user has requested too many. */
  async function sendCode(ctx: BotContext, to: string) {
    const { chat, from } = ctx;
    if (chat === undefined || from === undefined) return undefined;
    const at = secondsOf(ctx);
    const { update_id: update } = ctx.update;
    if (!(await codeQuota.take({ userId: from.id, phone: to, update, at }))) return undefined;
    const { code, issued } = codes.issue(to, update, at);
    const count = CODE_LIFE_SECONDS / 60;
    const text = ctx.t('register.codeMessage', { code, bot: ctx.me, count });
    const { signal } = ctx.turn;
    try {
      await ports.deliverCode({ to, text, chatId: chat.id, signal });
    } catch (cause) {
      throw new UserFacingError('A one-time code was not sent', 'error.codeNotSent', { cause });
    }
    return issued;
  }

  return namedWizard<BotContext>()(WIZARD, {
    state: {
      name: z.string(),
      email: z.string(),
      phone: z.string(),
      /** The phone number that was verified with a code. */
      code: z.string(),
      issued: issuedCode.optional(),
      /** The update for which the summary was shown. Buttons of earlier summaries no longer work. */
      asked: z.number().optional(),
    },
    steps: {
      name: {
        ask: (ctx) => ctx.reply(ctx.t('register.name')),
        read: (ctx) => valueOf(nameInput.read(ctx)),
        invalid: (ctx) => hint(ctx, 'ask.name'),
        corrected: (ctx) => confirmCorrection(ctx, ctx.wizard.state.name),
      },
      email: {
        ask: (ctx) => ctx.reply(ctx.t('register.email')),
        read: (ctx) => valueOf(emailInput.read(ctx)),
        invalid: (ctx) => hint(ctx, 'register.emailAgain'),
        corrected: (ctx) => confirmCorrection(ctx, ctx.wizard.state.email),
      },
      phone: {
        ask: (ctx) => {
          const button = Markup.button.contactRequest(ctx.t('register.phoneButton'));
          return ctx.reply(ctx.t('register.phone'), Markup.keyboard([button]).oneTime().resize());
        },
        async handle(ctx) {
          const contact = ownContact.read(ctx);
          if (contact.ok) {
            const { state } = ctx.wizard;
            if (state.code !== contact.value.phone) delete state.code;
            state.phone = contact.value.phone;
            delete state.issued;
            ctx.wizard.next();
          } else if (contact.fault === 'not-own') await hint(ctx, 'register.phoneOfAnother');
          else await hint(ctx, 'register.phoneAgain');
        },
      },
      code: {
        async ask(ctx) {
          const { state } = ctx.wizard;
          const { phone = '' } = state;
          // When the question is repeated, for example in another language, a sent code remains valid.
          const issued = isStillValid(state.issued, phone, ctx)
            ? state.issued
            : await sendCode(ctx, phone);
          if (issued === undefined) {
            await ctx.reply(ctx.t('register.codeTooMany'));
            return ctx.scene.leave();
          }
          state.issued = issued;
          await ctx.reply(ctx.t('register.code', { phone }));
        },
        async handle(ctx) {
          const { state } = ctx.wizard;
          const typed = codeInput.read(ctx);
          if (!typed.ok || ctx.message === undefined) return hint(ctx, 'register.codeAgain');
          if (state.issued === undefined) return ctx.wizard.selectStep('phone');
          switch (codes.check(state.issued, typed.value, ctx.message.date)) {
            case 'right':
              state.code = state.issued.to;
              delete state.issued;
              return ctx.wizard.next();
            case 'wrong':
              state.issued.wrong += 1;
              return ctx.reply(
                ctx.t('register.codeWrong', { count: CODE_TRIES - state.issued.wrong }),
              );
            case 'spent':
              await ctx.reply(ctx.t('register.codeSpent'));
              return ctx.wizard.selectStep('phone');
            case 'expired':
              await ctx.reply(ctx.t('register.codeExpired'));
              return ctx.wizard.selectStep('phone');
          }
        },
      },
      confirm: {
        async ask(ctx) {
          // A repeated turn has the same update id, so that the buttons of both messages work.
          const asked = ctx.update.update_id;
          ctx.wizard.state.asked = asked;
          const bounds = ctx.from && { user: ctx.from.id };
          const { name = '', email = '', phone = '' } = ctx.wizard.state;
          const card = profileCard(ctx, { name, email, phone });
          await ctx.replyWithHTML(safeHtml`${card}\n\n${ctx.t('register.summary')}`.text, {
            ...noPreview,
            ...Markup.inlineKeyboard([
              [confirm.button(ctx.t('register.yes'), ['yes', asked], bounds)],
              [
                confirm.button(ctx.t('register.editName'), ['name', asked], bounds),
                confirm.button(ctx.t('register.editEmail'), ['email', asked], bounds),
                confirm.button(ctx.t('register.editPhone'), ['phone', asked], bounds),
              ],
            ]),
          });
        },
        accepts: ['message', 'callback_query'],
        handle: (ctx, next) =>
          confirm.on(async (_, [choice, asked]) => {
            if (asked !== ctx.wizard.state.asked) return next();
            await bestEffort(ctx, ctx.answerCbQuery());
            await bestEffort(ctx, ctx.editMessageReplyMarkup(undefined));
            if (choice === 'yes') ctx.wizard.next();
            else ctx.wizard.selectStep(choice);
          })(ctx, async () => {
            if (ctx.message === undefined) return next();
            await hint(ctx, 'register.pressAButton');
          }),
      },
    },
    async done(ctx, { name, email, phone }) {
      ctx.session.profile = { name, email, phone };
      const card = profileCard(ctx, ctx.session.profile);
      await ctx.replyWithHTML(safeHtml`${ctx.t('register.done')}\n${card}`.text, noPreview);
    },
  });
}

/** Confirms a corrected answer. At the summary, shows the summary again instead. */
async function confirmCorrection(
  ctx: BotContext & { wizard: { step: string; again(): unknown } },
  value = '',
): Promise<void> {
  if (ctx.wizard.step === 'confirm') ctx.wizard.again();
  else await ctx.reply(ctx.t('ask.corrected', { value }));
}

/** Whether the code that was sent to this number has not expired. */
function isStillValid(issued: IssuedCode | undefined, phone: string, ctx: BotContext) {
  return issued?.to === phone && secondsOf(ctx) - issued.at <= CODE_LIFE_SECONDS;
}

function valueOf<T>(read: { ok: true; value: T } | { ok: false }): T | undefined {
  return read.ok ? read.value : undefined;
}

/** Telegram's time of the message, so that a repeated turn has the same time. */
function secondsOf({ message }: BotContext): number {
  return message?.date ?? Math.floor(Date.now() / 1000);
}
