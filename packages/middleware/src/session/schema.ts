import { z } from 'zod';
import { parseCopy } from '../validation/parse-copy.js';

/** What a schema says of a value: what it makes of it, or where it does not fit. */
export type Judged<S> = { fits: true; value: S } | { fits: false; paths: string[] };

/** Telegraf keeps the scene a user is in here; a schema that does not know it would drop it, or refuse it. */
export const SCENES = '__scenes';

/** Reads plain JSON values with the schema; without one everything fits. */
export function judgeWith<S>(schema: z.ZodType<S> | undefined): (value: unknown) => Judged<S> {
  if (schema === undefined) return (value) => ({ fits: true, value: value as S });
  const keepsScenes = !knows(schema, SCENES);
  return (value) => {
    const [own, scenes] = keepsScenes ? withoutScenes(value) : [value, undefined];
    const parsed = parseCopy(schema, own);
    if (!parsed.success) return { fits: false, paths: pathsOf(schema, parsed.error) };
    const data: unknown = parsed.data;
    if (scenes !== undefined && isObject(data))
      return { fits: true, value: { ...data, ...scenes } as S };
    return { fits: true, value: parsed.data };
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

/** Names of the schema stay; what else is in a path is a key made of data, a user's text perhaps, and shows as `*`. */
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
