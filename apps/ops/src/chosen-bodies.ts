import type { Command } from 'commander';
import type { CommonOptions } from './command.js';
import { Refusal } from './refusal.js';

/** The ways to say which parked bodies are meant. */
export interface BodyChoiceOptions extends CommonOptions {
  all?: boolean;
}

export function addBodyChoice(command: Command): Command {
  return command
    .argument('[id]', 'one, as `parked list` shows it')
    .option('--all', 'all there are');
}

/** Undefined: all. @throws Refusal when nothing is chosen, or both */
export function readBodyChoice(
  id: string | undefined,
  { all }: BodyChoiceOptions,
): string | undefined {
  if ((id !== undefined) === (all === true)) throw new Refusal('Say which: an id, or --all.', 2);
  return id;
}

export function noSuchBody(id: string): Refusal {
  return new Refusal(`No parked body has the id ${id}.`, 1);
}
