import { input, isBlank, plainName } from '@chatlane/middleware';
import { z } from 'zod';

/** A name of 1 to 64 characters, in one line, of which something is seen. */
export const nameInput = input(
  z.string().transform(plainName).pipe(z.string().min(1).max(64).regex(/^[^/]/)),
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
