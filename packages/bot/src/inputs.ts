import { input, isBlank, plainName } from '@chatlane/middleware';
import { z } from 'zod';

/** What people write to leave a dialogue without /cancel. */
const exitWords = /^(?:abbrechen|abbruch|cancel|exit|quit|stop|stopp)\p{P}*$/iu;

/** A name of 1 to 64 characters, on one line, with at least one letter ("ℹ️" is an emoji), and not a word such as "cancel". */
export const nameInput = input(
  z
    .string()
    .transform(plainName)
    .pipe(
      z
        .string()
        .max(64)
        .regex(/^[^/]/)
        .regex(/(?!\p{Emoji})\p{L}/u)
        .refine((name) => !exitWords.test(name)),
    ),
);

/** An age of 1 to 120 in whole years. */
export const ageInput = input(
  z
    .string()
    .trim()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(120)),
);

/** An email address of at most 254 characters. */
export const emailInput = input(z.string().trim().max(254).pipe(z.email()));

/** A one-time code of 6 digits, which may be grouped with spaces or hyphens. */
export const codeInput = input(
  z
    .string()
    .transform((text) => text.replace(/[\s-]/g, ''))
    .pipe(z.string().regex(/^\d{6}$/)),
);

/** A text of any length that is not blank. */
export const longTextInput = input(
  z
    .string()
    .trim()
    .refine((text) => !isBlank(text)),
);
