import type { LaneSession } from '@chatlane/lanes';
import { jsonOption, yesOption, type AddCommand, type CommonOptions } from '../command.js';
import { counted } from '../output/format.js';
import { countConnections } from '../redis-nodes.js';
import { Refusal } from '../refusal.js';
import type { SessionStorage } from '../session-storage.js';
import { tableOption, within } from './sessions.js';

/** How many sessions are copied concurrently. */
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
      'copy all sessions to another store while no worker is running; can be interrupted and repeated',
    )
    .requiredOption('--to <address>', 'the target: redis, postgres://... or mongodb://...')
    .option('--from <address>', 'the source, likewise', 'redis')
    .addOption(tableOption())
    .option('--replace', 'also overwrite sessions that turns have written there since')
    .addOption(yesOption())
    .addOption(jsonOption())
    .action(({ from, to, table, ...options }: Options) =>
      run(options, async (toolbox) => {
        const { deployment, signal } = toolbox;
        if (from === to) throw new Refusal('--from and --to are the same.', 2);
        const workers = await countConnections(deployment.redis, `${deployment.name}-worker`);
        if (workers > 0) {
          throw new Refusal(
            'Stop the workers first: sessions that they write during the copy would be missed. Ingresses can keep running.',
            1,
          );
        }
        const count = { put: 0, kept: 0, foreign: 0 };
        const refused: RefusedSession[] = [];
        return within({ store: from, table }, toolbox, (source) =>
          within({ store: to, table }, toolbox, async (target) => {
            const replace = options.replace === true;
            if (replace) await toolbox.confirm(`Sessions in ${target.label} will be overwritten.`);
            for await (const some of inGroups(source.entries(), AT_ONCE)) {
              const ends = await Promise.all(
                some.map((session) => putOrExplain(target, session, replace)),
              );
              for (const end of ends) {
                if (typeof end === 'string') count[end] += 1;
                else refused.push(end);
              }
              if (signal.aborted) {
                throw new Refusal(
                  `Stopped after ${count.put} sessions: run it again to continue.`,
                  1,
                );
              }
            }
            const lines = [
              `${counted(count.put, 'session')} copied from ${source.label} to ${target.label}.`,
              ...(count.kept ? [`${count.kept} kept in the target (see --replace).`] : []),
              ...(count.foreign
                ? [`${count.foreign} skipped, because their keys do not name a lane.`]
                : []),
              ...describeRefused(refused, target.label),
            ];
            const { put: copied, ...left } = count;
            return {
              json: { copied, ...left, refused },
              text: lines.join('\n'),
              exitCode: refused.length > 0 ? 1 : 0,
            };
          }),
        );
      }),
    );
};

/** A session that the target refused; it stays in the source. */
interface RefusedSession {
  key: string;
  reason: string;
}

/** How many refused sessions are named in the text output; `--json` names all. */
const NAMED = 20;

/** One refused session must not stop the others. @throws the error when the target does not answer at all */
async function putOrExplain(
  target: SessionStorage,
  session: LaneSession,
  replace: boolean,
): Promise<'put' | 'kept' | 'foreign' | RefusedSession> {
  try {
    return await target.put(session, replace);
  } catch (error) {
    await target.get(session.key).catch(() => {
      throw error;
    });
    // The database's error message may quote the session.
    const { name, code } = error as { name?: string; code?: string | number };
    return { key: session.key, reason: [name, code].filter(Boolean).join(' ') };
  }
}

function describeRefused(refused: RefusedSession[], where: string): string[] {
  if (refused.length === 0) return [];
  return [
    `${counted(refused.length, 'session')} refused by ${where} and kept in the source:`,
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
