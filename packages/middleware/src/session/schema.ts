import { z } from 'zod';
import { parseCopy } from '../validation/parse-copy.js';

/** What the schema makes of a value, or the paths at which the value does not fit. */
export type Validated<S> = { isValid: true; value: S } | { isValid: false; paths: string[] };

/** Telegraf keeps a user's scene in this field. A schema that does not know the field would drop or reject it. */
export const SCENES = '__scenes';

/** Validates plain JSON values with the schema. Without a schema every value is valid. */
export function createValidator<S>(
  schema: z.ZodType<S> | undefined,
): (value: unknown) => Validated<S> {
  if (schema === undefined) return (value) => ({ isValid: true, value: value as S });
  const keepsScenes = !knows(schema, SCENES);
  return (value) => {
    const [own, scenes] = keepsScenes ? withoutScenes(value) : [value, undefined];
    const parsed = parseCopy(schema, own);
    if (!parsed.success) return { isValid: false, paths: pathsOf(schema, parsed.error) };
    const data: unknown = parsed.data;
    if (scenes !== undefined && isObject(data)) {
      return { isValid: true, value: { ...data, ...scenes } as S };
    }
    return { isValid: true, value: parsed.data };
  };
}

function withoutScenes(value: unknown): [unknown, { [SCENES]: unknown }?] {
  if (!isObject(value) || !(SCENES in value)) return [value];
  const { [SCENES]: scenes, ...own } = value;
  return [own, { [SCENES]: scenes }];
}

function knows(schema: z.ZodType, property: string): boolean {
  return schema instanceof z.ZodObject && property in schema.shape;
}

/** Shows the schema's own field names. Any other key in a path is data, perhaps a user's text, and becomes `*`. */
function pathsOf(schema: z.ZodType, error: z.ZodError): string[] {
  const names = namesIn(schema);
  const paths = error.issues.map(({ path }) =>
    path.map((key) => (typeof key === 'number' || names.has(String(key)) ? String(key) : '*')),
  );
  return [...new Set(paths.map((path) => path.join('.') || '(the whole)'))];
}

/** The names of all fields that the schema knows, at any depth. */
export function namesIn(schema: z.ZodType): ReadonlySet<string> {
  const names = new Set<string>();
  collectNames(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }), names);
  return names;
}

function collectNames(schema: unknown, names: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('properties' in schema && isObject(schema.properties)) {
    for (const name of Object.keys(schema.properties)) names.add(name);
  }
  for (const part of Object.values(schema)) collectNames(part, names);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
