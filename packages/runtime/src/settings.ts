import { z } from 'zod';
import { hideTokens } from './redaction.js';

/** A setting read from text: required when it has no default. */
type Setting<T> = z.ZodType<T, string | undefined>;

/** Bounds of a number, both included. */
export interface Bounds {
  min?: number;
  max?: number;
}

/**
 * The kinds of settings there are, so that an app's config.ts reads as a table.
 * Each takes its default; without one the setting is required, with `.optional()` it may be absent.
 * Faults show the value that was given, except those of `token`, `secret`, `url` and `text`.
 */
export const setting = {
  /** A TCP port; 0 takes any free one. */
  port: (fallback?: number): Setting<number> =>
    wholeNumber('a port, a whole number', { min: 0, max: 65_535 }, fallback),

  /** A span of time in whole milliseconds. Default bounds: 1 to 2^31 - 1, the longest that a Node timer takes. */
  milliseconds: (fallback?: number, bounds: Bounds = {}): Setting<number> =>
    wholeNumber(
      'milliseconds, a whole number',
      { min: bounds.min ?? 1, max: bounds.max ?? 2 ** 31 - 1 },
      fallback,
    ),

  /** A whole number. Default bounds: 1 upwards. */
  count: (fallback?: number, bounds: Bounds = {}): Setting<number> =>
    wholeNumber(
      'a whole number',
      { min: bounds.min ?? 1, max: bounds.max ?? Number.MAX_SAFE_INTEGER },
      fallback,
    ),

  /** A number that may have a fraction, such as a factor. */
  number: (fallback?: number, bounds: Bounds = {}): Setting<number> =>
    number('a number', /^-?\d+(\.\d+)?$/, bounds, fallback),

  /** A URL; `protocols` without the colon (default http and https). Never shown in a fault: it may hold a password. */
  url: (fallback?: string, protocols: readonly string[] = ['http', 'https']): Setting<string> => {
    const rule = `must be a URL beginning with ${protocols.map((p) => `${p}://`).join(' or ')}`;
    return read((text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      const fits = url && url.hostname !== '' && protocols.includes(url.protocol.slice(0, -1));
      return fits ? text : new Fault(rule);
    }, fallback);
  },

  /** One of a few words. */
  oneOf: <const W extends string>(words: readonly W[], fallback?: W): Setting<W> =>
    read((text) => {
      const word = words.find((candidate) => candidate === text);
      return word ?? new Fault(`must be ${words.join(', ')}${instead(text)}`);
    }, fallback),

  /** Any text, or text that a pattern fits; `rule` completes "must be ...". Never shown in a fault. */
  text: (fallback?: string, form?: TextForm): Setting<string> => read(formed(form), fallback),

  /** Texts with commas between them; empty ones are left out. */
  list: (fallback?: readonly string[]): Setting<readonly string[]> =>
    read<readonly string[]>(
      (text) =>
        text
          .split(',')
          .map((word) => word.trim())
          .filter(Boolean),
      fallback,
    ),

  /** A secret: never shown in a fault, and without a default. */
  secret: (form?: TextForm): Setting<string> => read(formed(form)),

  /** A bot's token as BotFather gives it: the bot's number, a colon, 30 or more of A-Z a-z 0-9 _ -. */
  token: (): Setting<string> =>
    read(
      formed({
        pattern: /^\d+:[A-Za-z0-9_-]{30,}$/,
        rule: 'a bot token as @BotFather gives it, like 123456789:AAE...(35 characters)',
      }),
    ),
};

/** What a text must look like. `rule` completes "must be ...". */
export interface TextForm {
  pattern: RegExp;
  rule: string;
}

class Fault {
  constructor(readonly problem: string) {}
}

function read<T>(parse: (text: string) => T | Fault, fallback?: T): Setting<T> {
  const schema = z.string('is missing').transform((text, context): T => {
    const value = parse(text);
    if (!(value instanceof Fault)) return value;
    context.addIssue({ code: 'custom', message: value.problem });
    return z.NEVER;
  });
  if (fallback === undefined) return schema;
  return z.union([z.undefined().transform(() => fallback), schema]);
}

function wholeNumber(what: string, bounds: Bounds, fallback?: number): Setting<number> {
  return number(what, /^-?\d+$/, bounds, fallback);
}

function number(what: string, form: RegExp, bounds: Bounds, fallback?: number): Setting<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = bounds;
  const range = [
    ...(bounds.min === undefined ? [] : [`from ${min}`]),
    ...(bounds.max === undefined || max === Number.MAX_SAFE_INTEGER ? [] : [`to ${max}`]),
  ];
  const rule = `must be ${[what, ...range].join(' ')}`;
  return read((text) => {
    const value = form.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : new Fault(`${rule}${instead(text)}`);
  }, fallback);
}

function formed(form?: TextForm): (text: string) => string | Fault {
  return (text) => (!form || form.pattern.test(text) ? text : new Fault(`must be ${form.rule}`));
}

// A token pasted into the wrong setting must not reach a terminal's scrollback.
function instead(text: string): string {
  const shown = hideTokens(text);
  return `, not "${shown.length > 40 ? `${shown.slice(0, 40)}...` : shown}"`;
}
