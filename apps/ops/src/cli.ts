import { ConfigError, printable } from '@chatlane/runtime';
import { Command, CommanderError } from 'commander';
import { ask, type Terminal } from './ask.js';
import type { AddCommand, Answer, Run } from './command.js';
import { addAdopt } from './commands/adopt.js';
import {
  addBroadcastCancel,
  addBroadcastPause,
  addBroadcastRate,
  addBroadcastResume,
} from './commands/broadcast-control.js';
import { addBroadcastCreate } from './commands/broadcast-create.js';
import { addBroadcastPreview, addBroadcastStart } from './commands/broadcast-start.js';
import { addBroadcastReport } from './commands/broadcast-report.js';
import { addBroadcastStatus } from './commands/broadcast-status.js';
import { addDeadDrop } from './commands/dead-drop.js';
import { addDeadList } from './commands/dead-list.js';
import { addDeadReplay } from './commands/dead-replay.js';
import { addDeadShow } from './commands/dead-show.js';
import { addDoctor } from './commands/doctor.js';
import { addEffectsDone, addEffectsRepeat } from './commands/effects-decide.js';
import { addEffectsList } from './commands/effects-list.js';
import { addFilesList } from './commands/files-list.js';
import { addFilesPurge } from './commands/files-purge.js';
import { addFilesRetry } from './commands/files-retry.js';
import { addLanesDrop } from './commands/lanes-drop.js';
import { addLanesList } from './commands/lanes-list.js';
import { addLanesPause } from './commands/lanes-pause.js';
import { addLanesRelease } from './commands/lanes-release.js';
import { addLanesResume } from './commands/lanes-resume.js';
import { addLanesShow } from './commands/lanes-show.js';
import { addLaterDrop } from './commands/later-drop.js';
import { addLaterList } from './commands/later-list.js';
import { addLimitsLift } from './commands/limits-lift.js';
import { addLimitsList } from './commands/limits-list.js';
import { addParkedDrop } from './commands/parked-drop.js';
import { addParkedList } from './commands/parked-list.js';
import { addParkedReplay } from './commands/parked-replay.js';
import { addParkedShow } from './commands/parked-show.js';
import { addPing } from './commands/ping.js';
import { addSessionsDelete } from './commands/sessions-delete.js';
import { addSessionsExport } from './commands/sessions-export.js';
import { addSessionsGet } from './commands/sessions-get.js';
import { addSessionsMigrateStore } from './commands/sessions-migrate-store.js';
import { addStatus } from './commands/status.js';
import { addUpgrade } from './commands/upgrade.js';
import { addWebhook } from './commands/webhook.js';
import { readOpsConfig } from './config.js';
import { createPrinter, type Printer } from './output/printer.js';
import { Refusal } from './refusal.js';
import { connectDeployment, type OpenDeployment } from './service.js';

const lanesCommands: readonly AddCommand[] = [
  addLanesList,
  addLanesShow,
  addLanesPause,
  addLanesResume,
  addLanesRelease,
  addLanesDrop,
];
const laterCommands: readonly AddCommand[] = [addLaterList, addLaterDrop];
const deadCommands: readonly AddCommand[] = [addDeadList, addDeadShow, addDeadReplay, addDeadDrop];
const parkedCommands: readonly AddCommand[] = [
  addParkedList,
  addParkedShow,
  addParkedReplay,
  addParkedDrop,
];
const effectsCommands: readonly AddCommand[] = [addEffectsList, addEffectsDone, addEffectsRepeat];
const sessionsCommands: readonly AddCommand[] = [
  addSessionsGet,
  addSessionsDelete,
  addSessionsExport,
  addSessionsMigrateStore,
];
const limitsCommands: readonly AddCommand[] = [addLimitsList, addLimitsLift];
const broadcastCommands: readonly AddCommand[] = [
  addBroadcastCreate,
  addBroadcastPreview,
  addBroadcastStart,
  addBroadcastStatus,
  addBroadcastPause,
  addBroadcastResume,
  addBroadcastCancel,
  addBroadcastRate,
  addBroadcastReport,
];
const filesCommands: readonly AddCommand[] = [addFilesList, addFilesRetry, addFilesPurge];
const ownCommands: readonly AddCommand[] = [
  addStatus,
  addDoctor,
  addPing,
  addUpgrade,
  addAdopt,
  addWebhook,
];

const afterHelp = `
Exit codes: 0 done, or healthy; 1 not there, not done, or doctor has findings;
2 wrong usage or settings.

Settings come from the environment and from .env:
  all commands                      REDIS_URL, CHATLANE_NAME
  doctor, webhook, adopt,           BOT_TOKEN, TELEGRAM_API_ROOT, HTTPS_PROXY,
    broadcast preview               NO_PROXY
  doctor, webhook                   INGRESS_MODE, PUBLIC_URL, WEBHOOK_PATH,
                                    WEBHOOK_SECRET`;

/** One run of the command line. */
export interface CliOptions extends Terminal {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  output: NodeJS.WriteStream;
}

/** Runs one command and prints its output. Resolves with the exit code. */
export async function runCli(options: CliOptions): Promise<number> {
  let exitCode = 0;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  // Once the reader of the output is gone, the rest of the command is pointless: stop as with Ctrl-C.
  const printer = createPrinter(options, interrupt);
  const run: Run = async (given, work) => {
    const config = readOpsConfig(options.env);
    const opened = await connectDeployment(config);
    process.once('SIGINT', interrupt);
    const print = async (answer: Answer): Promise<void> => {
      await printer.print(given.json ? JSON.stringify(answer.json) : answer.text);
      exitCode = answer.exitCode ?? 0;
    };
    const confirm = (question: string): Promise<void> =>
      given.yes ? Promise.resolve() : ask(printable(question), options);
    try {
      requireUpgraded(opened, options.argv);
      const { signal } = interrupted;
      const { input } = options;
      const answer = await work({ ...printer, ...opened, config, input, signal, confirm, print });
      if (answer) await print(answer);
    } finally {
      process.off('SIGINT', interrupt);
      await opened.close();
    }
  };
  try {
    await createProgram(run, options, printer).parseAsync(options.argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, printer);
  }
}

/** Commands that work on data of an older version, before `upgrade`. */
const evenBeforeUpgrade: readonly (string | undefined)[] = ['upgrade', 'doctor', 'ping'];

function requireUpgraded(
  { deployment: { name }, upgrade }: Pick<OpenDeployment, 'deployment' | 'upgrade'>,
  [command]: readonly string[],
): void {
  if (upgrade === 'none' || evenBeforeUpgrade.includes(command)) return;
  throw new Refusal(
    upgrade === 'unfinished'
      ? `The upgrade of ${name} was interrupted: run \`upgrade\` again first.`
      : `The data of ${name} was written by an older version: run \`upgrade\` first, with all processes stopped.`,
    1,
  );
}

function createProgram(run: Run, { output }: CliOptions, printer: Printer): Command {
  const program = new Command('chatlane-ops')
    .description('Inspect and operate a Chatlane deployment.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => printer.message(text.trimEnd()),
    })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', afterHelp);
  const lanes = program.command('lanes').description('chats and their waiting events');
  for (const add of lanesCommands) add(lanes, run);
  const dead = program
    .command('dead')
    .description('dead letters: events that failed for good, kept unchanged');
  for (const add of deadCommands) add(dead, run);
  const later = program
    .command('later')
    .description('what `ctx.later` and other processes have sent, and is not due yet');
  for (const add of laterCommands) add(later, run);

  const parked = program
    .command('parked')
    .description('bodies that were acknowledged but are not updates, kept unchanged');
  for (const add of parkedCommands) add(parked, run);
  const effects = program
    .command('effects')
    .description('calls and effects whose outcome is unknown');
  for (const add of effectsCommands) add(effects, run);
  const broadcast = program.command('broadcast').description('one message to many chats');
  for (const add of broadcastCommands) add(broadcast, run);
  const files = program.command('files').description('failed downloads');
  for (const add of filesCommands) add(files, run);
  const limits = program.command('limits').description("pauses due to Telegram's limits");
  for (const add of limitsCommands) add(limits, run);
  const sessions = program.command('sessions').description("the bot's sessions");
  for (const add of sessionsCommands) add(sessions, run);
  for (const add of ownCommands) add(program, run);
  return program;
}

/** Prints the error. Returns the exit code. */
function explain(error: unknown, printer: Printer): number {
  // Commander has already printed it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) {
    const faults = error.faults.map(({ setting, problem }) => `\n  ${setting}: ${problem}`);
    printer.message(`chatlane-ops: invalid settings:${faults.join('')}`);
    return 2;
  }
  printer.message(`chatlane-ops: ${error instanceof Error ? error.message : String(error)}`);
  return error instanceof Refusal ? error.exitCode : 1;
}
