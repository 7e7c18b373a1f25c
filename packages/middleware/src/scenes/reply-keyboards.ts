import type { MiddlewareFn } from 'telegraf';
import { forPerson, groupMessageOf } from '../groups/for-person.js';
import { isObject } from '../session/schema.js';
import { interceptCalls, isSentTo, type OutgoingCall } from '../turn/intercept-calls.js';
import type { TurnContext } from '../turn/turn.js';

/** The question that a reply keyboard belongs to: a scene, and in a wizard its step. */
interface Question {
  scene?: string;
  step?: string | number;
}

/** The used fields of `ctx.session.__scenes`, and the keyboard that is stored there. */
interface StoredScenes {
  current?: string;
  /** The step of a named wizard. */
  step?: string;
  /** The step of Telegraf's WizardScene. */
  cursor?: number;
  /** The question whose reply keyboard is still shown. */
  keyboard?: Question;
}

type WithSession = TurnContext & { session?: { __scenes?: StoredScenes } | null };

/**
 * Removes reply keyboards together with their question. Telegram shows such a keyboard until a message removes it, so a
 * "share my phone number" button would stay visible, and would work, after the dialogue has ended. With this middleware
 * the bot's next message to the person removes it, however the question ended: answered, cancelled, left for another
 * scene, expired, or removed by a deploy. A message that has its own `reply_markup` cannot remove a keyboard; then the
 * following one does. In groups only replies to a person's message remove a keyboard, and only for that person.
 *
 * Use it behind `session()` and in front of the Stage.
 *
 * @example
 * bot.use(session({ defaultSession: () => ({}) }), replyKeyboards(), stage);
 */
export function replyKeyboards<C extends TurnContext>(): MiddlewareFn<C> {
  return async function keyboards(ctx: WithSession, next) {
    if (ctx.session === undefined || ctx.session === null) return next();
    const { chat } = ctx;
    const person = groupMessageOf(ctx);
    const canRemove = chat?.type === 'private' || person !== undefined;
    let shown = ctx.session.__scenes?.keyboard;

    interceptCalls(ctx, async (call, proceed) => {
      if (!isSentTo(chat?.id, call)) return proceed(call);
      const isOver = shown !== undefined && !isSame(shown, questionOf(ctx));
      const removes = isOver && canRemove && call.payload['reply_markup'] === undefined;
      const sent = removes ? withoutKeyboard(call, person) : call;
      const result = await proceed(sent);
      const { reply_markup: markup } = sent.payload;
      if (isObject(markup)) {
        if ('keyboard' in markup) {
          // A keyboard that is shown outside of scenes is a menu of the bot, and stays.
          const question = questionOf(ctx);
          shown = question.scene === undefined ? undefined : question;
        }
        // A forced reply replaces the keyboard.
        else if ('remove_keyboard' in markup || 'force_reply' in markup) shown = undefined;
      }
      return result;
    });

    await next();
    const { session } = ctx;
    if (session === undefined || session === null) return;
    if (shown !== undefined) (session.__scenes ??= {}).keyboard = shown;
    else delete session.__scenes?.keyboard;
  };
}

function withoutKeyboard(
  call: OutgoingCall,
  person: ReturnType<typeof groupMessageOf>,
): OutgoingCall {
  const payload = { ...call.payload, reply_markup: { remove_keyboard: true } };
  return { ...call, payload: person === undefined ? payload : forPerson(person, payload) };
}

/** The current question. An expired scene counts until the Stage has noticed that it expired. */
function questionOf({ session }: WithSession): Question {
  const { current, step, cursor } = session?.__scenes ?? {};
  if (current === undefined) return {};
  const at = step ?? cursor;
  return { scene: current, ...(at !== undefined && { step: at }) };
}

function isSame(one: Question, other: Question): boolean {
  return one.scene === other.scene && one.step === other.step;
}
