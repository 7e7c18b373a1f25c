import { escapeHtml, escapeMarkdownV2 } from './escape.js';
import { withoutDirectionChanges } from './plain-name.js';

/** A text in a markup language, with all that was put into it escaped; `text` is for the client. */
export class SafeMarkup<Mode extends 'HTML' | 'MarkdownV2'> {
  constructor(
    readonly text: string,
    readonly parse_mode: Mode,
  ) {}
  toString(): string {
    return this.text;
  }
}

type Tag<Mode extends 'HTML' | 'MarkdownV2'> = (
  markup: TemplateStringsArray,
  ...values: readonly (string | number | SafeMarkup<Mode>)[]
) => SafeMarkup<Mode>;

/**
 * What stands in the template is markup. What is put into it is text: it is escaped and loses the characters that change
 * the direction of what follows, unless `safeHtml` itself made it. For messages without templates of their own Telegraf's
 * `fmt` serves better: it sends entities, not markup.
 *
 * @example
 * const line = safeHtml`<b>${name}</b>: ${answer}`;
 * await ctx.replyWithHTML(safeHtml`${line}\n${note}`.text);
 */
export const safeHtml = tag('HTML', escapeHtml);

/** As `safeHtml`, for `ctx.replyWithMarkdownV2`. */
export const safeMarkdownV2 = tag('MarkdownV2', escapeMarkdownV2);

function tag<Mode extends 'HTML' | 'MarkdownV2'>(
  mode: Mode,
  escape: (text: string) => string,
): Tag<Mode> {
  return (markup, ...values) => {
    const put = values.map((value) =>
      value instanceof SafeMarkup && value.parse_mode === mode
        ? value.text
        : escape(withoutDirectionChanges(String(value))),
    );
    return new SafeMarkup(String.raw({ raw: markup }, ...put), mode);
  };
}
