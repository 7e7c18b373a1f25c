import { laneNamed } from '@chatlane/contracts';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OpsConfig } from './config.js';
import type { Deployment } from './service.js';

/** What a command tells: a text for people, the same for scripts. */
export interface Answer {
  text: string;
  json: unknown;
  /** Default 0. */
  exitCode?: 0 | 1;
}

/** What a command works with. */
export interface Toolbox {
  config: OpsConfig;
  deployment: Deployment;
  /** Fires when the person presses Ctrl-C. */
  signal: AbortSignal;
  /** Asks before something is destroyed. @throws Refusal unless the answer is yes */
  confirm(question: string): Promise<void>;
  /** For a command that prints more than its result. */
  print(answer: Answer): Promise<void>;
  /** Prints one line of a command whose result is data; resolves when the next one may come. */
  printData(line: string): Promise<void>;
  /** Empties the screen. */
  clear(): Promise<void>;
}

/** Options that `run` looks at itself. */
export interface CommonOptions {
  json?: boolean;
  yes?: boolean;
}

/** Carries a command out against the deployment, and prints what it answers, if anything. */
export type Run = (
  options: CommonOptions,
  work: (toolbox: Toolbox) => Promise<Answer | undefined>,
) => Promise<void>;

/** Adds one command to its parent. */
export type AddCommand = (parent: Command, run: Run) => void;

export const jsonOption = (): Option => new Option('--json', 'print JSON, for scripts');
export const yesOption = (): Option => new Option('--yes', 'do not ask');

/** For commands that change something and ask nothing, so that a script may add it to all of them. */
export const unneededYesOption = (): Option => new Option('--yes', 'nothing is asked').hideHelp();

/** A lane's name, as `lanes list` shows it, or with the ids that Telegram uses. */
export function readLane(text: string): string {
  const lane = laneNamed(text);
  if (lane !== undefined) return lane;
  const hint = /^-?\d+$/.test(text) ? ` The lane of that chat is c:${text}.` : '';
  throw new InvalidArgumentError(
    `No lane can have that name: a lane is c:<chat id>, b:<connection>:<chat id>, p:<poll id>, or as \`lanes list\` shows it.${hint}`,
  );
}

/** A whole number, 1 or more. */
export function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
