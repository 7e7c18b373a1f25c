import type { z } from 'zod';
import { copyData } from '../copy-data.js';

/**
 * Zod's `safeParse` with data that is not shared with the schema. `.default([])` and `.catch([])` hand out parts of the
 * one object they were given, and what a turn writes into that would reach every other user.
 */
export function parseCopy<S extends z.ZodType>(
  schema: S,
  value: unknown,
): z.ZodSafeParseResult<z.output<S>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ...parsed, data: copyData(parsed.data) } : parsed;
}
