import { ApiError, badRequest } from '../api-error.js';

/** An object of a call whose fields are read as the Bot API server reads JSON (td JsonObject). */
export type Fields = Record<string, unknown>;

export function asFields(value: unknown, otherwise: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badRequest(otherwise);
}

/** A number counts as text. @throws ApiError when the field is absent or of another type */
export function requiredText(fields: Fields, name: string): string {
  const text = optionalText(fields, name);
  if (text === undefined) throw badRequest(`can't find field "${name}"`);
  return text;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw badRequest(`field "${name}" must be of type String`);
}

/** Adds what could not be read to a refusal; those of Telegram's own servers, its codes and lengths, come without it. */
export async function parsing<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 400) throw error;
    const reason = error.description.replace('Bad Request: ', '');
    if (/^([A-Z_]+|.* is too long)$/.test(reason)) throw error;
    throw badRequest(`can't parse ${what}: ${reason}`);
  }
}
