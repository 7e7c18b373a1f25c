import type { BotCommand } from './wire.js';

/**
 * Completions of a partly typed command, an exact match first; empty once the text is more than a command. With `all`,
 * every command whatever the text.
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
