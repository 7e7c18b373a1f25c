import { z } from 'zod';
import { hideTokens } from './redaction.js';

/** A setting read from text: required when it has no default. */
type Setting<T> = z.ZodType<T, string | undefined>;

/** Inclusive bounds of a number. */
export interface Bounds {
  /** The lowest allowed value. Default: none. */
  min?: number;
  /** The highest allowed value. Default: none. */
  max?: number;
}

/** The form of a text. `rule` completes "must be ...". */
export interface TextForm {
  /** What a valid text matches. Anchor it to match the whole text. */
  pattern: RegExp;
  /** The form in words, which complete "must be ...". */
  rule: string;
}

/**
 * The kinds of settings, so that an app's config.ts reads as a table. Each accepts a default; without one the setting
 * is required, unless it is `.optional()`. Error messages show the given value, except for `token`, `secret`, `url`,
 * `parsed` and `text`.
 */
export const setting = {
  /** A TCP port; 0 picks any free one. */
  port: (fallback?: number): Setting<number> =>
    number('a whole number', whole, { min: 0, max: 65_535 }, fallback),

  /** A duration in whole milliseconds. Default bounds: 1 to 2^31 - 1, the maximum of a Node timer. */
  milliseconds: (fallback?: number, { min = 1, max = 2 ** 31 - 1 }: Bounds = {}): Setting<number> =>
    number('a whole number of milliseconds', whole, { min, max }, fallback),

  /** A whole number. Default bounds: 1 to 2^53 - 1. */
  count: (
    fallback?: number,
    { min = 1, max = Number.MAX_SAFE_INTEGER }: Bounds = {},
  ): Setting<number> => number('a whole number', whole, { min, max }, fallback),

  /** A number that may have a fraction, such as a factor. Unbounded by default. */
  number: (fallback?: number, bounds: Bounds = {}): Setting<number> =>
    number('a number', decimal, bounds, fallback),

  /**
   * A URL; `protocols` without the colon (default http and https). Never shown in errors, since it may contain a
   * password.
   */
  url: (fallback?: string, protocols: readonly string[] = ['http', 'https']): Setting<string> =>
    read({
      rule: `a URL beginning with ${protocols.map((name) => `${name}://`).join(' or ')}`,
      parse: (text) => (isUrl(text, protocols) ? text : undefined),
      fallback,
    }),

  /** The result of `parse`, which throws an Error whose message completes "NAME: ..." without showing the text. */
  parsed: <T>(fallback: string, parse: (text: string) => T): Setting<T> =>
    z
      .string()
      .default(fallback)
      .transform((text, context): T => {
        try {
          return parse(text);
        } catch (error) {
          context.addIssue({ code: 'custom', message: (error as Error).message });
          return z.NEVER;
        }
      }),

  /** One of a fixed set of words. */
  oneOf: <const W extends string>(words: readonly W[], fallback?: W): Setting<W> =>
    read({
      rule: `one of ${words.join(', ')}`,
      parse: (text) => words.find((word) => word === text),
      fallback,
      shown: true,
    }),

  /** Any text, or text that matches a pattern. Never shown in errors. */
  text: (fallback?: string, form: TextForm = anyText): Setting<string> =>
    read({ rule: form.rule, parse: fitting(form), fallback }),

  /** A comma-separated list; empty items are ignored. */
  list: (fallback?: readonly string[]): Setting<readonly string[]> =>
    read<readonly string[]>({
      rule: 'a comma-separated list',
      parse: (text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean),
      fallback,
    }),

  /** A secret: never shown in errors, and without a default. */
  secret: (form: TextForm = anyText): Setting<string> =>
    read({ rule: form.rule, parse: fitting(form) }),

  /** The secret that Telegram sends with each update: `secret_token` of `setWebhook`. */
  webhookSecret: (): Setting<string> =>
    setting.secret({
      pattern: /^[A-Za-z0-9_-]{1,256}$/,
      rule: '1 to 256 of A-Z a-z 0-9 _ -, the same as the secret_token given to setWebhook',
    }),

  /** A bot token as BotFather issues it: the bot's id, a colon, 30 or more of A-Z a-z 0-9 _ -. */
  token: (): Setting<string> =>
    setting.secret({
      pattern: /^\d+:[A-Za-z0-9_-]{30,}$/,
      rule: 'a bot token as @BotFather gives it, such as 123456789:AA…: digits, a colon, 30 or more of A-Z a-z 0-9 _ -',
    }),
};

const whole = /^-?\d+$/;
const decimal = /^-?\d+(\.\d+)?$/;
const anyText: TextForm = { pattern: /./, rule: 'a text' };

interface Reading<T> {
  /** Completes "must be ...". */
  rule: string;
  /** Undefined when the text violates the rule. */
  parse: (text: string) => T | undefined;
  fallback?: T | undefined;
  /** Whether errors show the given text. */
  shown?: boolean;
}

function read<T>({ rule, parse, fallback, shown = false }: Reading<T>): Setting<T> {
  const given: z.ZodType<T, string> = z
    .string(`is missing; must be ${rule}`)
    .transform((text, context): T => {
      const value = parse(text);
      if (value !== undefined) return value;
      const message = `must be ${rule}${shown ? `, not "${excerpt(text)}"` : ''}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
  return fallback === undefined ? given : given.default(fallback as z.core.util.NoUndefined<T>);
}

function number(what: string, form: RegExp, bounds: Bounds, fallback?: number): Setting<number> {
  const { min = -Infinity, max = Infinity } = bounds;
  const isOpen = max >= Number.MAX_SAFE_INTEGER;
  const range = isOpen ? `, ${min} or more` : ` from ${min} to ${max}`;
  return read({
    rule: min === -Infinity ? what : what + range,
    parse: (text) => {
      const value = form.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
    fallback,
    shown: true,
  });
}

function fitting({ pattern }: TextForm): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, protocol } = new URL(text);
  return hostname !== '' && protocols.includes(protocol.slice(0, -1));
}

// A token pasted into the wrong setting must not end up in a terminal's scrollback.
function excerpt(text: string): string {
  const shown = hideTokens(text);
  return shown.length > 40 ? `${shown.slice(0, 40)}...` : shown;
}
