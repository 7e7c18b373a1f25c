/** Removes the bot's token from a text: verbatim, URL-encoded, and as part of any Bot API URL. */
export function createRedactor(token: string): (text: string) => string {
  const variants = [token, encodeURIComponent(token)].filter((variant) => variant !== '');
  return function redact(text) {
    const redacted = variants.reduce((rest, variant) => rest.replaceAll(variant, '[token]'), text);
    return redacted.replace(/(bot|user)\d+(:|%3A)[^/\s]+/gi, '$1[token]');
  };
}
