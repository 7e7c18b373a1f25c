import type { LaneSummary, Throughput } from '@chatlane/lanes';
import { sleep } from '@chatlane/runtime';
import {
  jsonOption,
  type AddCommand,
  type Answer,
  type CommonOptions,
  type Toolbox,
} from '../command.js';
import { sheet } from '../output/table.js';
import { bytes, counted, span } from '../output/format.js';
import { readOutage } from '../read-outage.js';
import { countConnections, readRedisNodes } from '../redis-nodes.js';

/** How many resting lanes are examined for the screen. */
const MOST_READ = 200;

/** Milliseconds between two samples of the counters. */
const SAMPLE_MS = 1_000;

interface Options extends CommonOptions {
  watch?: boolean;
}

export const addStatus: AddCommand = (parent, run) => {
  parent
    .command('status')
    .description('show lag, throughput, workers and dead letters on one screen')
    .option('--watch', 'refresh every second until Ctrl-C')
    .addOption(jsonOption())
    .action((options: Options) =>
      run(options, async (toolbox) => {
        let before = await toolbox.deployment.throughput();
        for (;;) {
          await sleep(SAMPLE_MS, toolbox.signal).catch(() => undefined);
          const { answer, sample } = await readStatus(toolbox, before);
          if (!options.watch || toolbox.signal.aborted) return answer;
          if (!options.json) await toolbox.clear();
          await toolbox.print(answer);
          before = sample;
        }
      }),
    );
};

async function readStatus(
  { deployment }: Toolbox,
  before: Throughput,
): Promise<{ answer: Answer; sample: Throughput }> {
  const { redis, name, operator } = deployment;
  const [stats, waiting, diagnostics, nodes, sample, ingresses, outage, atRest] = await Promise.all(
    [
      deployment.stats(),
      operator.lanes.waiting(),
      operator.diagnose(),
      readRedisNodes(redis),
      deployment.throughput(),
      countConnections(redis, `${name}-ingress`),
      readOutage(redis, name),
      operator.lanes.list({ state: 'resting', limit: MOST_READ }),
    ],
  );
  const usedMemoryBytes = nodes.reduce((sum, { usedMemory }) => sum + usedMemory, 0);
  const seconds = Math.max(1, sample.at - before.at) / 1_000;
  const perSecond = {
    pushed: Math.round((sample.pushed - before.pushed) / seconds),
    settled: Math.round((sample.settled - before.settled) / seconds),
  };
  const { waking, held, resting, paused, deadLetters, parked, later, oldestEventMs } = stats;
  const { wakeUps, workers, outbox } = diagnostics;
  const lanes = { waking, held, resting, paused };
  const states = Object.entries(lanes).map(([state, count]) => `${state} ${count}`);
  const failing = atRest.filter(({ attempts }) => attempts > 0);
  const longest = maxBy(atRest, ({ oldestMs = 0 }) => oldestMs);
  const events = `${waiting.atLeast ? 'at least ' : ''}${counted(waiting.events, 'event')}`;
  const text = sheet([
    ['deployment', `${name}, on Redis ${nodes[0]?.version}, ${bytes(usedMemoryBytes)} used`],
    ['waiting', `${events} in ${counted(waiting.lanes, 'lane')}`],
    ['oldest', waiting.lanes === 0 ? 'none' : span(oldestEventMs)],
    ['lanes', states.join('  ')],
    ['failed', describeFailing(failing, resting)],
    ...(longest ? [['resting longest', describeResting(longest)] as const] : []),
    [
      'throughput',
      `in ${perSecond.pushed}/s  done ${perSecond.settled}/s (all deployments on this Redis)`,
    ],
    [
      'wake-ups',
      `waiting ${wakeUps.waiting}  active ${wakeUps.active}  delayed ${wakeUps.delayed}`,
    ],
    [
      'outbox',
      outbox.entries === 0
        ? 'empty'
        : `${counted(outbox.entries, 'request')}, the oldest for ${span(outbox.oldestMs)}`,
    ],
    ['later', later],
    ['workers', workers.length === 0 ? 'none' : `${workers.length}  ${places(workers)}`],
    ['ingresses', ingresses === 0 ? 'none' : ingresses],
    ...(outage
      ? [['telegram', `unavailable for ${span(outage.sinceMs)} (${outage.why})`] as const]
      : []),
    ['dead letters', deadLetters],
    ['parked', parked],
  ]);
  const json = {
    name,
    redis: { version: nodes[0]?.version, masters: nodes.length, usedMemoryBytes },
    waiting,
    oldestEventMs: Math.floor(oldestEventMs),
    lanes,
    failing: failing.length,
    restingLongest: longest,
    perSecond,
    wakeUps,
    outbox,
    later,
    workers,
    ingresses,
    outage,
    deadLetters,
    parked,
  };
  return { answer: { text, json }, sample };
}

/** The hosts that workers connect from, with the number of workers on each. */
function places(workers: readonly string[]): string {
  const hosts = new Map<string, number>();
  for (const address of workers) {
    const host = address.replace(/:\d+$/, '');
    hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  const shown = [...hosts].slice(0, 3).map(([host, count]) => `${count} on ${host}`);
  return `(${[...shown, ...(hosts.size > 3 ? ['...'] : [])].join(', ')})`;
}

function describeFailing(failing: readonly LaneSummary[], resting: number): string {
  if (failing.length === 0) return 'none';
  const atLeast = resting > MOST_READ ? 'at least ' : '';
  return `${atLeast}${counted(failing.length, 'lane')} to be retried`;
}

function describeResting({ lane, oldestMs = 0, reason }: LaneSummary): string {
  return `${lane}, oldest event ${span(oldestMs)}${reason === undefined ? '' : ` (${reason})`}`;
}

function maxBy<T>(items: readonly T[], size: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (most, item) => (most === undefined || size(item) > size(most) ? item : most),
    undefined,
  );
}
