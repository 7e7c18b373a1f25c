import type { Command } from 'commander';
import type { CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** Options that select parked bodies. */
export interface BodySelectionOptions extends CommonOptions {
  all?: boolean;
}

/** Adds the options that select parked bodies. */
export function addBodySelection(command: Command): Command {
  return command.argument('[id]', 'one, as `parked list` shows it').option('--all', 'all of them');
}

/** The selected id; undefined selects all. @throws Refusal when nothing is selected, or both */
export function readBodySelection(
  id: string | undefined,
  { all }: BodySelectionOptions,
): string | undefined {
  if ((id !== undefined) === (all === true)) throw new Refusal('Specify an id or --all.', 2);
  return id;
}

/** The error for an unknown id. */
export function unknownBody(id: string): Refusal {
  return new Refusal(`There is no parked body ${id}.`, 1);
}
