import type { KeptSession } from '@chatlane/lanes';
import { Option, type Command } from 'commander';
import { readLane, type CommonOptions, type Toolbox } from '../command.js';
import type { SessionPlace } from '../session-place.js';
import { openPlace } from '../session-places.js';

/** Says where the sessions are. */
export interface StoreOptions extends CommonOptions {
  store: string;
  table: string;
}

export const tableOption = (): Option =>
  new Option('--table <name>', 'its table or collection').default('chatlane_sessions');

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

/** One session's lane and user, as arguments. */
export function addWhose(command: Command): Command {
  return command
    .argument('<lane>', 'its chat, as `lanes list` shows it', readLane)
    .argument(
      '[user]',
      "whose, or what the bot put behind the lane; default: a private chat's user, else the chat itself",
    );
}

/** A private chat has one user, who has its number. */
export function keyOf(lane: string, user: string | undefined): string {
  return `${lane}:${user ?? /^c:(\d+)$/.exec(lane)?.[1] ?? ''}`;
}

/** Works on a place and closes it. */
export async function within<T>(
  { store, table }: StoreOptions,
  { deployment }: Pick<Toolbox, 'deployment'>,
  work: (place: SessionPlace) => Promise<T>,
): Promise<T> {
  const place = await openPlace(store, table, deployment);
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

/** Text that is no JSON stays text: an operator must be able to see it. */
export function contentOf({ json }: KeptSession): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
