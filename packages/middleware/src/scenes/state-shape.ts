import type { z } from 'zod';

/** The fields of a scene's state, each with its zod schema. What fits must be JSON, and the schemas must not transform. */
export type StateShape = Readonly<Record<string, z.ZodType>>;

/** What is known so far: any field may be missing. */
export type StateOf<Shape extends StateShape> = {
  -readonly [K in keyof Shape]?: z.output<Shape[K]>;
};

/** Every field that the shape does not call optional. */
export type CompleteState<Shape extends StateShape> = z.output<z.ZodObject<Shape>>;

/** Takes out what does not fit: an earlier version of the bot, or another scene, has left it behind. */
export function dropMisfits<Shape extends StateShape>(shape: Shape, state: object): StateOf<Shape> {
  const fields = state as Record<string, unknown>;
  for (const [name, schema] of Object.entries(shape)) {
    if (fields[name] !== undefined && !schema.safeParse(fields[name]).success) delete fields[name];
  }
  return fields as StateOf<Shape>;
}
