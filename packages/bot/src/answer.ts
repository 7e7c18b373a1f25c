import type { Context } from 'telegraf';
import { z } from 'zod';

const name = z
  .string()
  .transform((text) => text.trim().replace(/\s+/g, ' '))
  .pipe(z.string().min(1).max(64).regex(/^[^/]/));

const age = z
  .string()
  .trim()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(120));

const email = z.string().trim().max(254).pipe(z.email());

/** A name of 1 to 64 characters; undefined for anything else: a photo, a command. */
export const readName = (ctx: Context) => name.safeParse(textOf(ctx)).data;

/** An age of 1 to 120 in whole years; undefined for anything else. */
export const readAge = (ctx: Context) => age.safeParse(textOf(ctx)).data;

/** An email address; undefined for anything else. */
export const readEmail = (ctx: Context) => email.safeParse(textOf(ctx)).data;

function textOf({ message }: Context): string | undefined {
  return message !== undefined && 'text' in message ? message.text : undefined;
}
