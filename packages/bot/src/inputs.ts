import { input, isBlank, plainName } from '@chatlane/middleware';
import { z } from 'zod';

/** What people write who want out. */
const wayOut = /^(?:abbrechen|abbruch|cancel|exit|quit|stop|stopp)\p{P}*$/iu;

/** A name of 1 to 64 characters, in one line and with a letter in it: not an emoji alone, and not the word "cancel". */
export const nameInput = input(
  z
    .string()
    .transform(plainName)
    .pipe(
      z
        .string()
        .max(64)
        .regex(/^[^/]/)
        .regex(/\p{L}/u)
        .refine((name) => !wayOut.test(name)),
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

export const emailInput = input(z.string().trim().max(254).pipe(z.email()));

/** A one-time code, however its digits are grouped. */
export const codeInput = input(
  z
    .string()
    .transform((text) => text.replace(/[\s-]/g, ''))
    .pipe(z.string().regex(/^\d{6}$/)),
);

/** As long as a message can be. */
export const longTextInput = input(
  z
    .string()
    .trim()
    .refine((text) => !isBlank(text)),
);
