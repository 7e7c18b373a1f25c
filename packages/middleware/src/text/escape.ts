/**
 * For `parse_mode: 'Markdown'`, the old one, outside of its entities: inside of them it knows no escapes. Better:
 * `escapeMarkdownV2`, or Telegraf's `fmt`, which needs none.
 */
export function escapeMarkdown(text: string): string {
  return text.replace(/[_*`[]/g, '\\$&');
}

/** For `parse_mode: 'MarkdownV2'`, anywhere: Telegram takes any ASCII character behind a backslash as itself. */
export function escapeMarkdownV2(text: string): string {
  return text.replace(/[_*[\]()~`>#+\-=|{}.!\\]/g, '\\$&');
}

/** For `parse_mode: 'HTML'`, in texts and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&${entities[character]};`);
}

const entities: Record<string, string> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  // Telegram knows no `apos`.
  "'": '#39',
};
