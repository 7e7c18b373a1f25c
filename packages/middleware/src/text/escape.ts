/**
 * Escapes a text for the legacy `parse_mode: 'Markdown'`. Only for use outside of entities, inside of which it has no
 * escapes. Prefer `escapeMarkdownV2`, or Telegraf's `fmt`, which needs no escapes.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[_*`[]/g, '\\$&');
}

/** Escapes a text for `parse_mode: 'MarkdownV2'`, in any position: a backslash escapes any ASCII character. */
export function escapeMarkdownV2(text: string): string {
  return text.replace(/[_*[\]()~`>#+\-=|{}.!\\]/g, '\\$&');
}

/** Escapes a text for `parse_mode: 'HTML'`, also in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&${entities[character]};`);
}

const entities: Record<string, string> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  // Telegram does not support `&apos;`.
  "'": '#39',
};
