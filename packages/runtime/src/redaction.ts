const hidden = '[secret]';
// The colon is escaped when a token is part of a URL's path or query.
const tokens = /\d+(?::|%3[Aa])[A-Za-z0-9_-]{30,}/g;

/** Hides whatever looks like a bot token. */
export function hideTokens(text: string): string {
  return text.replace(tokens, hidden);
}

/** Hides bot tokens and the given secrets, also in the form they take inside a URL. */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), encodeURI(secret)]);
  // The longest first: a secret that is part of another one must not leave the rest of it standing.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) =>
    hideTokens(unique.reduce((result, secret) => result.replaceAll(secret, hidden), text));
}
