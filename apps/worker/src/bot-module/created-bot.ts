import { setTimeout as sleep } from 'node:timers/promises';

/** How long a module may take to create its bot. */
const CREATE_MS = 10_000;
/** How long a bot may take to be launched. A bot without a launch is complete when its module is loaded. */
const LAUNCH_MS = 1_000;
const CHECK_MS = 20;

/** The `Telegraf` instances of the process; more of them may be created at any time. */
export interface CreatedBots {
  readonly bots: readonly object[];
  /** Those that the module has launched. */
  readonly launched: ReadonlySet<object>;
}

/**
 * Waits for the bot of a module that exports none: the only one that is launched, or else the only one that is created.
 * A module may create its bot after it was loaded, for example when it has connected to a database.
 *
 * @returns undefined when it is not clear which bot is meant
 */
export async function createdBot({ bots, launched }: CreatedBots): Promise<object | undefined> {
  await until(() => bots.length > 0, CREATE_MS);
  await until(() => launched.size > 0, LAUNCH_MS);
  const [only, ...others] = launched.size > 0 ? launched : bots;
  return others.length === 0 ? only : undefined;
}

async function until(isTrue: () => boolean, limitMs: number): Promise<void> {
  for (let waitedMs = 0; !isTrue() && waitedMs < limitMs; waitedMs += CHECK_MS)
    await sleep(CHECK_MS);
}
