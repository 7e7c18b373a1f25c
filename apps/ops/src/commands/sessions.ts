import type { LaneSession } from '@chatlane/lanes';
import { Option, type Command } from 'commander';
import { readLane, type CommonOptions, type Toolbox } from '../command.js';
import type { SessionStorage } from '../session-storage.js';
import { openSessionStorage } from '../open-session-storage.js';

/** Options that select a session store. */
export interface StoreOptions extends CommonOptions {
  store: string;
  table: string;
}

/** `--table`. */
export const tableOption = (): Option =>
  new Option('--table <name>', 'its table or collection').default('chatlane_sessions');

/** Adds the options that select a session store. */
export function addStoreOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--store <address>', 'where: redis, postgres://... or mongodb://...').default(
        'redis',
        'redis, the deployment itself',
      ),
    )
    .addOption(tableOption());
}

/** Adds the arguments that name one session: its lane and user. */
export function addWhose(command: Command): Command {
  return command
    .argument('<lane>', 'its lane, as shown by `lanes list`', readLane)
    .argument(
      '[user]',
      'its user, or another suffix that the bot uses; default: the user of a private chat, otherwise the chat itself',
    );
}

/** The session key. A private chat has one user, whose id is the chat's. */
export function keyOf(lane: string, user: string | undefined): string {
  return `${lane}:${user ?? /^c:(\d+)$/.exec(lane)?.[1] ?? ''}`;
}

/** Opens a store, runs `work` on it, and closes it. */
export async function within<T>(
  { store, table }: StoreOptions,
  { deployment }: Pick<Toolbox, 'deployment'>,
  work: (storage: SessionStorage) => Promise<T>,
): Promise<T> {
  const storage = await openSessionStorage(store, table, deployment);
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

/**
 * The parsed session. Text that is not valid JSON is returned unchanged, because an operator must be able to see it.
 */
export function contentOf({ json }: LaneSession): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
