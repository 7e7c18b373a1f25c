import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** The ways to say which downloads are meant. */
export interface DownloadChoiceOptions extends CommonOptions {
  user?: number;
  all?: boolean;
}

/** One download, those of a user, or all. */
export type DownloadChoice = { id: string } | { user: number | undefined; told: string };

export function addDownloadChoice(command: Command): Command {
  return command
    .argument('[id]', 'one, as `files list` shows it')
    .addOption(new Option('--user <id>', 'all of a user').argParser(readUser))
    .option('--all', 'all there are');
}

/** @throws Refusal when nothing is chosen, or two ways contradict each other */
export function readDownloadChoice(
  id: string | undefined,
  { user, all }: DownloadChoiceOptions,
): DownloadChoice {
  if ([id !== undefined, user !== undefined, all === true].filter(Boolean).length !== 1) {
    throw new Refusal('Say which: an id, or --user, or --all.', 2);
  }
  if (id !== undefined) return { id };
  return { user, told: user === undefined ? 'there are' : `of user ${user}` };
}

/** A user's number, or a chat's for what a channel sent. */
export function readUser(text: string): number {
  if (/^-?[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A user is a whole number.');
}
