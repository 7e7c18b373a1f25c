import type { z } from 'zod';
import { copyData } from '../copy-data.js';

/**
 * Zod's `safeParse`, with a result that is not shared with the schema. `.default([])` and `.catch([])` return the
 * object that they were given, so what a turn writes into it would reach every other user.
 */
export function parseCopy<S extends z.ZodType>(
  schema: S,
  value: unknown,
): z.ZodSafeParseResult<z.output<S>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ...parsed, data: copyData(parsed.data) } : parsed;
}
