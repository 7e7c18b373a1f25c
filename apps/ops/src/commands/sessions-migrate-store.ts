import type { KeptSession } from '@chatlane/lanes';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/words.js';
import { countConnections } from '../redis-nodes.js';
import { Refusal } from '../refusal.js';
import type { SessionPlace } from '../session-place.js';
import { tableOption, within } from './sessions.js';

/** Sessions that are on their way together. */
const AT_ONCE = 50;

interface Options extends CommonOptions {
  from: string;
  to: string;
  table: string;
  replace?: boolean;
}

export const addSessionsMigrateStore: AddCommand = (parent, run) => {
  parent
    .command('migrate-store')
    .description(
      'copy all sessions to another store, with no worker running; may be interrupted and run again',
    )
    .requiredOption('--to <address>', 'where to: redis, postgres://... or mongodb://...')
    .option('--from <address>', 'where from: the same', 'redis')
    .addOption(tableOption())
    .option('--replace', 'also sessions that turns have written there since')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(({ from, to, table, ...options }: Options) =>
      run(options, async (toolbox) => {
        const { deployment, signal } = toolbox;
        if (from === to) throw new Refusal('--from and --to are the same.', 2);
        const workers = await countConnections(deployment.redis, `${deployment.name}-worker`);
        if (workers > 0) {
          throw new Refusal(
            'Workers are running, and would write what is not copied: stop them first. Ingresses may stay: mail waits.',
            1,
          );
        }
        const count = { put: 0, kept: 0, foreign: 0 };
        const refused: RefusedSession[] = [];
        return within({ store: from, table }, toolbox, (source) =>
          within({ store: to, table }, toolbox, async (target) => {
            const replace = options.replace === true;
            if (replace) await toolbox.confirm(`Sessions in ${target.told} will be overwritten.`);
            for await (const some of inGroups(source.entries(), AT_ONCE)) {
              const ends = await Promise.all(
                some.map((session) => putOrTell(target, session, replace)),
              );
              for (const end of ends) {
                if (typeof end === 'string') count[end] += 1;
                else refused.push(end);
              }
              if (signal.aborted) {
                throw new Refusal(`Stopped after ${count.put} sessions: run it again to go on.`, 1);
              }
            }
            const told = [
              `${counted(count.put, 'session')} copied from ${source.told} to ${target.told}.`,
              ...(count.kept ? [`${count.kept} stay as they are there (--replace).`] : []),
              ...(count.foreign ? [`${count.foreign} have keys of no lane, and were left.`] : []),
              ...tellRefused(refused, target.told),
            ];
            const { put: copied, ...left } = count;
            return {
              json: { copied, ...left, refused },
              text: told.join('\n'),
              exitCode: refused.length > 0 ? 1 : 0,
            };
          }),
        );
      }),
    );
};

/** A session that the target does not take; it stays where it is. */
interface RefusedSession {
  key: string;
  reason: string;
}

/** Of those that were refused, how many are named to people; `--json` names all. */
const NAMED = 20;

/** One session that the target refuses must not stop all others. @throws the error when the target is gone altogether */
async function putOrTell(
  target: SessionPlace,
  session: KeptSession,
  replace: boolean,
): Promise<'put' | 'kept' | 'foreign' | RefusedSession> {
  try {
    return await target.put(session, replace);
  } catch (error) {
    await target.get(session.key).catch(() => {
      throw error;
    });
    // The database's message may quote the session.
    const { name, code } = error as { name?: string; code?: string | number };
    return { key: session.key, reason: [name, code].filter(Boolean).join(' ') };
  }
}

function tellRefused(refused: RefusedSession[], where: string): string[] {
  if (refused.length === 0) return [];
  return [
    `${counted(refused.length, 'session')} refused by ${where}, and left where they are:`,
    ...refused.slice(0, NAMED).map(({ key, reason }) => `  ${key}: ${reason}`),
    ...(refused.length > NAMED ? [`  and ${refused.length - NAMED} more (--json)`] : []),
  ];
}

async function* inGroups<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const each of source) {
    group.push(each);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  yield group;
}
