import type { z } from 'zod';

/**
 * The fields of a scene's state, each with its zod schema. Values must be JSON, and schemas must not transform them.
 */
export type StateShape = Readonly<Record<string, z.ZodType>>;

/** The state so far, in which any field may be missing. */
export type StateOf<Shape extends StateShape> = {
  -readonly [K in keyof Shape]?: z.output<Shape[K]>;
};

/** The complete state, in which only optional fields may be missing. */
export type CompleteState<Shape extends StateShape> = z.output<z.ZodObject<Shape>>;

/** Deletes fields that do not fit, which an earlier version of the bot or another scene has left. */
export function dropInvalidFields<Shape extends StateShape>(
  shape: Shape,
  state: object,
): StateOf<Shape> {
  const fields = state as Record<string, unknown>;
  for (const [name, schema] of Object.entries(shape)) {
    if (fields[name] !== undefined && !schema.safeParse(fields[name]).success) delete fields[name];
  }
  return fields as StateOf<Shape>;
}
