/** Masks bot tokens, which must never be shown, whatever text they are in. */
export function hideTokens(text: string): string {
  return text.replace(/\d{3,}:[A-Za-z0-9_-]{30,}/g, '<token>');
}
