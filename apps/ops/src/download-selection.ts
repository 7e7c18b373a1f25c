import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** Options that select failed downloads. */
export interface DownloadSelectionOptions extends CommonOptions {
  user?: number;
  all?: boolean;
}

/** One download, those of a user, or all. `phrase` completes "All 3 downloads ...". */
export type DownloadSelection = { id: string } | { user: number | undefined; phrase: string };

/** Adds the options that select failed downloads. */
export function addDownloadSelection(command: Command): Command {
  return command
    .argument('[id]', 'the id shown by `files list`')
    .addOption(new Option('--user <id>', 'all of one user').argParser(readUser))
    .option('--all', 'all of them');
}

/** @throws Refusal when nothing is selected, or the options contradict each other */
export function readDownloadSelection(
  id: string | undefined,
  { user, all }: DownloadSelectionOptions,
): DownloadSelection {
  if ([id !== undefined, user !== undefined, all === true].filter(Boolean).length !== 1) {
    throw new Refusal('Specify an id, --user or --all.', 2);
  }
  if (id !== undefined) return { id };
  return { user, phrase: user === undefined ? 'of the deployment' : `of user ${user}` };
}

/** A user id, or a chat id for files sent by a channel. @throws InvalidArgumentError */
export function readUser(text: string): number {
  if (/^-?[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A user id is a whole number.');
}
