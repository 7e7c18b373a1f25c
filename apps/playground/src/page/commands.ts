import type { BotCommand } from './wire.js';

/**
 * Returns the completions of a partly typed command, an exact match first, or nothing if the text is not just a
 * command. With `all`, returns every command, whatever the text.
 */
export function matchingCommands(
  commands: readonly BotCommand[],
  text: string,
  all: boolean,
): readonly BotCommand[] {
  if (all) return commands;
  const typed = /^\/(\w*)$/.exec(text)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  return commands
    .filter(({ command }) => command.startsWith(typed))
    .toSorted((a, b) => Number(b.command === typed) - Number(a.command === typed));
}
