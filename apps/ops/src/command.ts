import { laneNamed } from '@chatlane/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OpsConfig } from './config.js';
import type { OpenDeployment } from './service.js';

/** The output of a command, as text and as JSON. */
export interface Answer {
  text: string;
  json: unknown;
  /** Default 0. */
  exitCode?: 0 | 1;
}

/** What a command gets to work with. */
export interface Toolbox extends Omit<OpenDeployment, 'close'> {
  config: OpsConfig;
  /** Standard input. */
  input: NodeJS.ReadableStream;
  /** Aborted when the user presses Ctrl-C. */
  signal: AbortSignal;
  /** Asks for confirmation before something is destroyed. @throws Refusal unless confirmed */
  confirm(question: string): Promise<void>;
  /** Prints an interim answer, for commands with more than one. */
  print(answer: Answer): Promise<void>;
  /** Prints one line of a command whose output is data. Resolves when it has been written. */
  printData(line: string): Promise<void>;
  /** Clears the screen. */
  clear(): Promise<void>;
}

/** Options that every command shares. */
export interface CommonOptions {
  json?: boolean;
  yes?: boolean;
}

/** Runs a command against the deployment and prints its answer, if it returns one. */
export type Run = (
  options: CommonOptions,
  work: (toolbox: Toolbox) => Promise<Answer | undefined>,
) => Promise<void>;

/** Adds one command to its parent. */
export type AddCommand = (parent: Command, run: Run) => void;

/** `--json`. */
export const jsonOption = (): Option => new Option('--json', 'print JSON, for scripts');
/** `--yes`, for commands that ask for confirmation. */
export const yesOption = (): Option => new Option('--yes', 'do not ask');

/**
 * A hidden `--yes` for commands that ask for nothing, so that scripts can pass it to every command that changes
 * something.
 */
export const unneededYesOption = (): Option => new Option('--yes', 'not needed').hideHelp();

/** A lane's name, either as shown by `lanes list` or with Telegram's ids. @throws InvalidArgumentError */
export function readLane(text: string): string {
  const lane = laneNamed(text);
  if (lane !== undefined) return lane;
  const hint = /^-?\d+$/.test(text) ? ` The lane of that chat is c:${text}.` : '';
  throw new InvalidArgumentError(
    `This is not a lane name. A lane is c:<chat id>, b:<connection>:<chat id>, p:<poll id>, or a name shown by \`lanes list\`.${hint}`,
  );
}

/** Adds a command that changes one lane and asks for nothing. */
export function addLaneCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .argument('<lane>', 'its name', readLane)
    .addOption(unneededYesOption())
    .addOption(jsonOption());
}

/** A whole number, 1 or more. @throws InvalidArgumentError */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
