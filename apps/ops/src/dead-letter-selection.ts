import type { DeadLetterFilter } from '@chatlane/lanes';
import { Option, type Command } from 'commander';
import { readLane, type CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** Options that select dead letters. */
export interface DeadLetterSelectionOptions extends CommonOptions {
  lane?: string;
  error?: string;
  all?: boolean;
}

/** One dead letter, or all that match. `phrase` completes "All 3 dead letters ...". */
export type DeadLetterSelection = { id: string } | { filter: DeadLetterFilter; phrase: string };

/** Adds the options that select dead letters. */
export function addDeadLetterSelection(command: Command): Command {
  return command
    .argument('[id]', 'the id shown by `dead list`')
    .addOption(new Option('--lane <lane>', 'all of one lane').argParser(readLane))
    .option('--error <name>', 'all with this error')
    .option('--all', 'all of them');
}

/** @throws Refusal when nothing is selected, or the options contradict each other */
export function readDeadLetterSelection(
  id: string | undefined,
  { lane, error, all }: DeadLetterSelectionOptions,
): DeadLetterSelection {
  const filtered = lane !== undefined || error !== undefined;
  if ([id !== undefined, filtered, all === true].filter(Boolean).length !== 1) {
    throw new Refusal('Specify an id, --lane and/or --error, or --all.', 2);
  }
  if (id !== undefined) return { id };
  const phrase = [lane && `of ${lane}`, error && `with ${error}`].filter(Boolean).join(' ');
  return {
    filter: { ...(lane && { lane }), ...(error && { error }) },
    phrase: phrase || 'of the deployment',
  };
}
