import type { BroadcastStatus } from '@chatlane/broadcasts';
import { sleep } from '@chatlane/runtime';
import { jsonOption, readCount, type AddCommand, type CommonOptions } from '../command.js';
import { moment, span } from '../output/format.js';
import { sheet, table } from '../output/table.js';

/** Milliseconds between two readings. */
const REFRESH_MS = 1_000;

/** The width of the progress bar in characters. */
const BAR = 40;

interface Options extends CommonOptions {
  watch?: boolean;
}

export const addBroadcastStatus: AddCommand = (parent, run) => {
  parent
    .command('status')
    .argument('[id]', 'a broadcast; without it, the newest ones are listed', readCount)
    .description('show the progress of a broadcast, or list all of them')
    .option('--watch', 'refresh every second until it has ended')
    .addOption(jsonOption())
    .action((id: number | undefined, options: Options) =>
      run(options, async (toolbox) => {
        const { broadcasts, deployment, signal } = toolbox;
        if (id === undefined) return listed(await broadcasts.list());
        for (;;) {
          const status = await broadcasts.status(id);
          const answer = { json: status, text: shown(status, await deployment.now()) };
          const hasEnded = status.state === 'finished' || status.state === 'cancelled';
          if (!options.watch || hasEnded || signal.aborted) return answer;
          if (!options.json) await toolbox.clear();
          await toolbox.print(answer);
          await sleep(REFRESH_MS, signal).catch(() => undefined);
        }
      }),
    );
};

function listed(found: BroadcastStatus[]): { json: unknown; text: string } {
  const rows = found.map(({ id, state, topic, recipients, counts, createdAt }) => [
    id,
    state,
    topic,
    recipients,
    recipients - counts.pending - counts.sending,
    moment(createdAt),
  ]);
  const columns = [
    { head: 'ID', side: 'right' },
    'STATE',
    'TOPIC',
    { head: 'CHATS', side: 'right' },
    { head: 'DONE', side: 'right' },
    'CREATED',
  ] as const;
  return { json: found, text: table(columns, rows, 'There are no broadcasts.') };
}

function shown(status: BroadcastStatus, now: number): string {
  const { state, recipients, counts, paused, perSecond, startAt, startedAt } = status;
  const done = recipients - counts.pending - counts.sending;
  const endedAt = status.endedAt ?? now;
  const seconds = startedAt === undefined ? 0 : Math.max(1, endedAt - startedAt) / 1_000;
  const reached = seconds === 0 ? 0 : done / seconds;
  const leftMs = (counts.pending / Math.max(reached, 0.001)) * 1_000;
  const isRunning = state === 'running' && done > 0;
  const others = (['sending', 'blocked', 'opted-out', 'unknown', 'failed'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${outcome} ${counts[outcome]}`);
  return sheet([
    ['broadcast', `${status.id}: ${state}${paused ? ` (${paused.why})` : ''}`],
    ['progress', `${bar(recipients === 0 ? 0 : done / recipients)} ${done}/${recipients}`],
    ['outcomes', [`sent ${counts.sent}`, ...others].join(', ')],
    ['topic', status.topic],
    ['rate', `${reached.toFixed(1)}/s${perSecond > 0 ? `, at most ${perSecond}/s` : ''}`],
    ...(isRunning ? [['time left', `about ${span(leftMs)}`] as const] : []),
    ...(state === 'scheduled' && startAt !== undefined
      ? [['starts', moment(startAt)] as const]
      : []),
  ]);
}

function bar(share: number): string {
  const full = Math.floor(share * BAR);
  return `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}] ${Math.floor(share * 100)} %`;
}
