/** The inline query in a text that starts with the bot's username and a space; undefined otherwise. */
export function inlineQueryIn(text: string, username: string | undefined): string | undefined {
  if (username === undefined) return undefined;
  const [, name, query] = /^@(\w+)\s([^]*)$/.exec(text) ?? [];
  return name?.toLowerCase() === username.toLowerCase() ? query?.slice(0, 256) : undefined;
}
