import type { MiddlewareFn } from 'telegraf';
import { forPerson, groupMessageOf } from '../groups/for-person.js';
import { interceptCalls, isSentTo, type OutgoingCall } from '../turn/intercept-calls.js';
import type { TurnContext } from '../turn/turn.js';

/** The question that a reply keyboard answers: a scene, and in a wizard its step. */
interface Question {
  scene?: string;
  step?: string | number;
}

/** What Telegraf keeps in `ctx.session.__scenes`, as far as it is used here, and the keyboard beside it. */
interface Place {
  current?: string;
  /** Of a named wizard. */
  step?: string;
  /** Of Telegraf's WizardScene. */
  cursor?: number;
  /** The question whose reply keyboard the user still sees. */
  keyboard?: Question;
}

type WithSession = TurnContext & { session?: { __scenes?: Place } | null };

/**
 * Takes a reply keyboard away together with its question. Telegram shows such a keyboard until a message removes it, so a
 * "share my phone number" would stay behind, and work, after the dialogue has ended. Here the next message that the bot
 * sends to the person once the question is over removes it, whichever way the question ended: answered, cancelled, left
 * for another scene, expired, or its scene gone with a deploy. A message with a `reply_markup` of its own cannot; then the
 * one after it does. In groups only answers to a message remove a keyboard, and for that person alone.
 *
 * Stands behind `session()` and in front of the Stage.
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
          // Shown outside of any scene it is a menu of the bot's, which no question's end takes away.
          const question = questionOf(ctx);
          shown = question.scene === undefined ? undefined : question;
        }
        // A forced reply takes the keyboard's place.
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

/** The question that the user is asked now. A scene that has expired counts until the Stage has found that out. */
function questionOf({ session }: WithSession): Question {
  const { current, step, cursor } = session?.__scenes ?? {};
  if (current === undefined) return {};
  const at = step ?? cursor;
  return { scene: current, ...(at !== undefined && { step: at }) };
}

function isSame(one: Question, other: Question): boolean {
  return one.scene === other.scene && one.step === other.step;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
