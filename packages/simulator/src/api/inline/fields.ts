import { ApiError, badRequest } from '../api-error.js';

/** A JSON object of a call, whose fields are read as the Bot API server reads them (td JsonObject). */
export type Fields = Record<string, unknown>;

/** The value as an object. @throws ApiError 400 with the description `otherwise` */
export function asFields(value: unknown, otherwise: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw badRequest(otherwise);
}

/** The field as text; numbers are converted. @throws ApiError when it is absent or of another type */
export function requiredText(fields: Fields, name: string): string {
  const text = optionalText(fields, name);
  if (text === undefined) throw badRequest(`can't find field "${name}"`);
  return text;
}

/**
 * The field as text, or undefined when it is absent; numbers are converted.
 * @throws ApiError when it is of another type
 */
export function optionalText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw badRequest(`field "${name}" must be of type String`);
}

/** Prefixes an error with `can't parse <what>`, except for errors of Telegram's own servers (codes and lengths). */
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
