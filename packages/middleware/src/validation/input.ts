import { commandIn } from '@chatlane/contracts';
import type { Context, MiddlewareFn } from 'telegraf';
import { z } from 'zod';
import { answer, type Answer } from '../guards/answer.js';
import type { TurnContext } from '../turn/turn.js';
import { parseCopy } from './parse-copy.js';

/**
 * Why an update is not an answer. `absent`: it has no such content, for example a photo or a command instead of a text;
 * `invalid`: it does not fit the schema; `not-own`: the contact is not the sender's own.
 */
export type InputFault = 'absent' | 'invalid' | 'not-own';

/** The value, or why there is none. */
export type InputResult<T> = { ok: true; value: T } | { ok: false; fault: InputFault };

/** Reads a value that the user was asked for out of an update, validated and typed. */
export interface Input<T> {
  /** Reads the value. Does not throw. */
  read(ctx: Context): InputResult<T>;
  /**
   * Calls `handler` with the value. An update without a valid value is answered with `otherwise`, or passed on if that
   * is absent.
   */
  on<C extends TurnContext>(
    handler: (ctx: C, value: T, next: () => Promise<void>) => unknown,
    otherwise?: Answer<C, [fault: InputFault]>,
  ): MiddlewareFn<C>;
}

/**
 * The text of a message, validated by a schema. For a photo or file it is the caption, for an edited message the new
 * text. A command does not count as a text: `/cancel` is not a name. `on` leaves edits to other handlers.
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

/** The contact of the sender. */
export interface OwnContact {
  /** A plus sign and digits only. */
  phone: string;
  /** The sender's id. */
  userId: number;
  /** As in the contact, which the user may have edited. */
  firstName: string;
  /** As in the contact; absent when it has none. */
  lastName?: string;
}

/**
 * The sender's own contact, as the `request_contact` button sends it. A user can share any contact, but Telegram sets
 * its `user_id` from the number, so it is the sender's own if the ids are equal.
 */
export const ownContact: Input<OwnContact> = asInput(({ message }) => {
  if (message === undefined || !('contact' in message)) return absent;
  const { contact, from } = message;
  // The `from` of a message sent as a chat is a placeholder that all such messages share.
  if (contact.user_id === undefined || contact.user_id !== from.id || 'sender_chat' in message) {
    return { ok: false, fault: 'not-own' };
  }
  const phone = checked(phoneNumber, contact.phone_number);
  if (!phone.ok) return phone;
  const { first_name: firstName, last_name: lastName, user_id: userId } = contact;
  const names = lastName === undefined ? { firstName } : { firstName, lastName };
  return { ok: true, value: { phone: phone.value, userId, ...names } };
});

/**
 * Callback data, validated by a schema but unsigned: a client can send any data. Use `createButtons` for signed data.
 */
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

/** E.164: at most 15 digits. Telegram sometimes leaves out the plus sign. */
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
