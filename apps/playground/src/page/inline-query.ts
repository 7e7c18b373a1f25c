/** What is asked of the bot when a text begins with its name and a space; undefined when it does not. */
export function inlineQueryIn(text: string, username: string | undefined): string | undefined {
  if (username === undefined) return undefined;
  const [, name, query] = /^@(\w+)\s([^]*)$/.exec(text) ?? [];
  return name?.toLowerCase() === username.toLowerCase() ? query?.slice(0, 256) : undefined;
}
