import { commandIn } from '@chatlane/contracts';
import type { Context, MiddlewareFn } from 'telegraf';
import { z } from 'zod';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { parseCopy } from './parse-copy.js';

/**
 * Why an update is no answer: it has nothing of the kind (`absent`: a photo or a command where a text is asked for), it
 * does not fit the schema (`invalid`), or the contact is somebody else's (`not-own`).
 */
export type InputFault = 'absent' | 'invalid' | 'not-own';

export type InputResult<T> = { ok: true; value: T } | { ok: false; fault: InputFault };

/** What is asked of the user: reads it out of an update, checked and typed. */
export interface Input<T> {
  read(ctx: Context): InputResult<T>;
  /** Calls `handler` with the value when the update has one, else gives `otherwise`; without one, goes on. */
  on<C extends TurnContext>(
    handler: (ctx: C, value: T, next: () => Promise<void>) => unknown,
    otherwise?: Answer<C, [fault: InputFault]>,
  ): MiddlewareFn<C>;
}

/**
 * The text of a message that fits a schema: of a photo or file, its caption; of an edited message, the new text. A command is
 * not a text: `/cancel` is not a name. `on` leaves edits to other handlers.
 *
 * @example
 * const age = input(z.string().regex(/^\d{1,3}$/).transform(Number));
 * const answered = age.read(ctx); // { ok: true, value: 36 }
 * bot.on('message', age.on((ctx, years) => ctx.reply(`${years}!`), 'Please send a number.'));
 */
export function input<S extends z.ZodType>(schema: S): Input<z.output<S>> {
  return asInput(({ message, editedMessage }) => {
    const sent = (message ?? editedMessage) as Partial<Texts> | undefined;
    const text = sent?.text ?? sent?.caption;
    if (text === undefined || commandIn(sent) !== undefined) return absent;
    return checked(schema, text);
  });
}

/** What a user shared of themself. `phone` has a plus sign and digits only. */
export interface OwnContact {
  phone: string;
  userId: number;
  firstName: string;
  lastName?: string;
}

/**
 * The user's own contact, as the `request_contact` button sends it. Anybody can share anybody's contact; Telegram sets
 * its `user_id` from the number, so it is the sender's own if the ids are the same.
 */
export const ownContact: Input<OwnContact> = asInput(({ message }) => {
  if (message === undefined || !('contact' in message)) return absent;
  const { contact, from } = message;
  // A message sent as a chat shows a user that all such messages share.
  if (contact.user_id === undefined || contact.user_id !== from.id || 'sender_chat' in message) {
    return { ok: false, fault: 'not-own' };
  }
  const phone = checked(phoneNumber, contact.phone_number);
  if (!phone.ok) return phone;
  const { first_name: firstName, last_name: lastName, user_id: userId } = contact;
  const names = lastName === undefined ? { firstName } : { firstName, lastName };
  return { ok: true, value: { phone: phone.value, userId, ...names } };
});

/** Callback data that fits a schema, unsigned: anybody can send any. See `createButtons` for such as nobody can forge. */
export function callbackInput<S extends z.ZodType>(schema: S): Input<z.output<S>> {
  return asInput(({ callbackQuery: query }) =>
    query !== undefined && 'data' in query ? checked(schema, query.data) : absent,
  );
}

interface Texts {
  text: string;
  caption: string;
}

const absent: InputResult<never> = { ok: false, fault: 'absent' };

/** E.164: at most 15 digits. Telegram leaves the plus sign out at times. */
const phoneNumber = z
  .string()
  .transform((text) => `+${text.replace(/[\s()+-]/g, '')}`)
  .pipe(z.string().regex(/^\+[1-9]\d{4,14}$/));

function asInput<T>(read: (ctx: Context) => InputResult<T>): Input<T> {
  return {
    read,
    on: (handler, otherwise) =>
      async function typed(ctx, next) {
        if (ctx.editedMessage !== undefined) return next();
        const result = read(ctx);
        if (result.ok) return handler(ctx, result.value, next);
        return otherwise === undefined ? next() : answer(ctx, otherwise, result.fault);
      },
  };
}

function checked<S extends z.ZodType>(schema: S, value: unknown): InputResult<z.output<S>> {
  const { success, data } = parseCopy(schema, value);
  return success ? { ok: true, value: data } : { ok: false, fault: 'invalid' };
}
