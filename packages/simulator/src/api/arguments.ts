import { isNestedTooDeeply } from '@chatlane/contracts';
import { badRequest } from './api-error.js';
import type { RawArguments } from './read-request.js';
import type { Upload } from './upload.js';

/** A call's arguments, read as the Bot API server reads them: any of them may be sent as a string. */
export interface Arguments {
  /** As sent. */
  fields: Record<string, unknown>;
  has(name: string): boolean;
  /** Empty when absent. Numbers and booleans are converted to text. */
  text(name: string): string;
  /** `true`, `yes` and `1` count as true (Client::to_bool). */
  flag(name: string): boolean;
  /** Clamped to `min` and `max`; `fallback` when absent or not a number (Client::get_integer_arg). */
  integer(name: string, fallback: number, min?: number, max?: number): number;
  /**
   * An object or array, which may also be sent as a JSON string; undefined when absent.
   * @throws ApiError on invalid JSON
   */
  json(name: string): unknown;
  file(name: string): Upload | undefined;
}

export function createArguments({ fields, files }: RawArguments): Arguments {
  function text(name: string): string {
    const value = fields[name];
    if (typeof value === 'string') return value;
    return value === undefined || value === null ? '' : JSON.stringify(value);
  }
  return {
    fields,
    has: (name) => text(name) !== '' || files.has(name),
    text,
    flag: (name) => ['true', 'yes', '1'].includes(text(name).trim().toLowerCase()),
    integer(name, fallback, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
      const value = Number(text(name).trim() || NaN);
      return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.trunc(value))) : fallback;
    },
    json(name) {
      const value = fields[name];
      if (typeof value !== 'string') return value ?? undefined;
      if (value.trim() === '') return undefined;
      try {
        if (!isNestedTooDeeply(value)) return JSON.parse(value) as unknown;
      } catch {
        // Same answer as for a value that is nested too deeply.
      }
      throw badRequest(`can't parse ${name.replaceAll('_', ' ')} JSON object`);
    },
    file: (name) => files.get(name),
  };
}
