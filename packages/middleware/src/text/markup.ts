import { escapeHtml, escapeMarkdownV2 } from './escape.js';
import { withoutDirectionChanges } from './plain-name.js';

/** A text in a markup language whose values are escaped. Send `text` with `parse_mode`. */
export class SafeMarkup<Mode extends 'HTML' | 'MarkdownV2'> {
  constructor(
    readonly text: string,
    readonly parse_mode: Mode,
  ) {}
  /** The text, for use inside other strings. */
  toString(): string {
    return this.text;
  }
}

type Tag<Mode extends 'HTML' | 'MarkdownV2'> = (
  markup: TemplateStringsArray,
  ...values: readonly (string | number | SafeMarkup<Mode>)[]
) => SafeMarkup<Mode>;

/**
 * A template tag for HTML. The template is markup. Its values are text: they are escaped, and lose characters that
 * change the direction of the following text, unless `safeHtml` itself made them. If you do not need templates prefer
 * Telegraf's `fmt`, which sends entities instead of markup.
 *
 * @example
 * const line = safeHtml`<b>${name}</b>: ${answer}`;
 * await ctx.replyWithHTML(safeHtml`${line}\n${note}`.text);
 */
export const safeHtml = tag('HTML', escapeHtml);

/** Like `safeHtml`, for `ctx.replyWithMarkdownV2`. */
export const safeMarkdownV2 = tag('MarkdownV2', escapeMarkdownV2);

function tag<Mode extends 'HTML' | 'MarkdownV2'>(
  mode: Mode,
  escape: (text: string) => string,
): Tag<Mode> {
  return (markup, ...values) => {
    const escaped = values.map((value) =>
      value instanceof SafeMarkup && value.parse_mode === mode
        ? value.text
        : escape(withoutDirectionChanges(String(value))),
    );
    return new SafeMarkup(String.raw({ raw: markup }, ...escaped), mode);
  };
}
