import type { DeadLetterFilter } from '@chatlane/lanes';
import { Option, type Command } from 'commander';
import { readLane, type CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** The ways to say which dead letters are meant. */
export interface ChoiceOptions extends CommonOptions {
  lane?: string;
  error?: string;
  all?: boolean;
}

/** One dead letter, or all that fit. */
export type Choice = { id: string } | { filter: DeadLetterFilter; told: string };

export function addChoice(command: Command): Command {
  return command
    .argument('[id]', 'one, as `dead list` shows it')
    .addOption(new Option('--lane <lane>', 'all of a lane').argParser(readLane))
    .option('--error <name>', 'all given up with that error')
    .option('--all', 'all there are');
}

/** @throws Refusal when nothing is chosen, or two ways contradict each other */
export function readChoice(id: string | undefined, { lane, error, all }: ChoiceOptions): Choice {
  const filtered = lane !== undefined || error !== undefined;
  if ([id !== undefined, filtered, all === true].filter(Boolean).length !== 1) {
    throw new Refusal('Say which: an id, or --lane and/or --error, or --all.', 2);
  }
  if (id !== undefined) return { id };
  const told = [lane && `of ${lane}`, error && `with ${error}`].filter(Boolean).join(' ');
  return { filter: { ...(lane && { lane }), ...(error && { error }) }, told: told || 'there are' };
}
