/** Masks bot tokens in any text, because they must never be shown. */
export function hideTokens(text: string): string {
  return text.replace(/\d{3,}:[A-Za-z0-9_-]{30,}/g, '<token>');
}
