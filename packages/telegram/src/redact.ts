/** Takes the bot's token out of a text: as itself, URL-encoded, and as the part of any Bot API address. */
export function createRedactor(token: string): (text: string) => string {
  const spellings = [token, encodeURIComponent(token)].filter((spelling) => spelling !== '');
  return function redact(text) {
    const named = spellings.reduce((rest, spelling) => rest.replaceAll(spelling, '[token]'), text);
    return named.replace(/(bot|user)\d+(:|%3A)[^/\s]+/gi, '$1[token]');
  };
}
