import { z } from 'zod';
import { isEmptyText } from '../world/clean-text.js';
import { PlayError } from './play-error.js';

/** Field schemas of /play request bodies. Forms send numbers as text, hence the coercion. */
export const field = {
  id: z.coerce.number('must be a whole number').int('must be a whole number'),
  userId: z.coerce
    .number('must be a whole number above 0')
    .int('must be a whole number above 0')
    .positive('must be a whole number above 0'),
  text: z
    .string('must be text')
    .trim()
    .refine((text) => !isEmptyText(text), 'must not be empty')
    .max(4096, 'must be 4096 characters or fewer'),
  words: z
    .string('must be text')
    .refine((text) => !isEmptyText(text), 'must not be empty')
    .max(256),
  count: z.coerce.number('must be a whole number of 1 or more').int().min(1),
  milliseconds: z.coerce.number('must be milliseconds, 0 or more').min(0),
};

/** Validates a body or query. @throws PlayError 400 that names each invalid field */
export function readFields<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) => {
    const name = path.map(String).join('.');
    return name ? `${name}: ${message}` : `the body ${message}`;
  });
  throw new PlayError(400, sentences.join('; '));
}
