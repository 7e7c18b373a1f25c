import type { BotCommand } from './wire.js';

/**
 * The commands a half-typed text may become, an exact match first; none once it is more than a command.
 * With `all`, every command whatever the text.
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
