import { setTimeout as sleep } from 'node:timers/promises';
import { openDeployment } from '@chatlane/lanes';
import { monotonicMs } from '../harness/clock.js';
import { countRunningTurns, readLedger } from '../harness/ledger.js';
import { readStored } from '../harness/stored-state.js';
import { checkHistory } from './checker/check-history.js';
import type { History, Violation } from './checker/history.js';
import { longestCalmWaitMs } from './checker/none-delays-another.js';
import { refusedCommits } from './checker/refused.js';
import { sendFigures, type SendFigures } from './checker/send-figures.js';
import {
  LEASE_MS,
  MAX_ATTEMPTS,
  SHUTDOWN_DEADLINE_MS,
  startDeployment,
  TIME_SCALE,
  TURN_TIMEOUT_MS,
  type Deployment,
  type DeploymentOptions,
} from './deployment.js';
import { drawFaults, type PlannedFault } from './faults/plan.js';
import { LOADED_LANES, startLoad, type Load } from './load.js';
import { createRandom } from './random.js';
import type { Target } from './target.js';
import { startTroubleLog, type TroubleLog } from './troubles.js';

const NAME = 'chatlane';
/** Faults that strike at the same time. */
const AT_ONCE = 5;
/** Milliseconds between two faults of Redis, so that work can complete in between. */
const CALM_MS = LEASE_MS + 1_000;
/** Milliseconds between two reads of the call log; the simulator keeps only the newest 100,000 calls. */
const CALLS_EVERY_MS = 10_000;
/** The longest back-off of a lane that was lost with others (10 s), plus two of BullMQ's checks for stalled jobs (10 s each). */
const CALM_WAIT_MS = 30_000;

export interface ChaosOptions extends DeploymentOptions {
  /** The run ends after this many faults or this many seconds, whichever comes first. */
  faults: number;
  seconds: number;
  updatesPerSecond: number;
  /** Milliseconds for which `CLIENT PAUSE` pauses Redis. */
  pauseMs: number;
  /** Maximum number of seconds until all lanes are idle after the last fault. */
  quietSeconds: number;
  onFault?(name: string, count: number): void;
}

export interface ChaosReport {
  seed: number;
  faults: number;
  faultsByKind: Record<string, number>;
  updates: number;
  sends: SendFigures;
  deadLetters: number;
  /** Turns that ended after another worker had taken their lane, so that the fence refused their commit. */
  refusedCommits: number;
  /** The longest wait of a calm lane, without the times in which Redis was down. */
  longestCalmWaitMs: number;
  /** Milliseconds until all lanes were idle after the last fault. */
  quietAfterMs: number;
  /** Processes that died of a fault and were replaced. */
  replaced: number;
  violations: Violation[];
}

/** Runs the deployment under load and faults, and checks what it recorded. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const deployment = await startDeployment(options);
  const troubles = startTroubleLog(deployment.redis, LEASE_MS + 1_000);
  const reading = setInterval(
    () => void deployment.calls.readOn().catch(() => undefined),
    CALLS_EVERY_MS,
  );
  try {
    const load = startLoad({
      play: (path, body) => deployment.play(path, body),
      random: createRandom(options.seed + 1),
      updatesPerSecond: options.updatesPerSecond,
    });
    const struck = await strikeAll(options, deployment, load, troubles);
    await load.stop();
    const calmSince = monotonicMs();
    await untilQuiet(deployment, options.quietSeconds);
    const quietAfterMs = Math.round(monotonicMs() - calmSince);
    const history = await collect(deployment, load, troubles);
    return {
      seed: options.seed,
      faults: struck.length,
      faultsByKind: countBy(struck),
      updates: load.updates.length,
      sends: sendFigures(history),
      deadLetters: history.dead.length,
      refusedCommits: refusedCommits(history).length,
      longestCalmWaitMs: Math.round(longestCalmWaitMs(history)),
      quietAfterMs,
      replaced: deployment.exits.length,
      violations: checkHistory(history),
    };
  } finally {
    clearInterval(reading);
    await troubles.stop();
    await deployment.stop();
  }
}

async function strikeAll(
  options: ChaosOptions,
  deployment: Deployment,
  load: Load,
  troubles: TroubleLog,
): Promise<string[]> {
  const { seed, faults, seconds, pauseMs } = options;
  const target: Target = {
    ...deployment,
    send: (text) => load.send(text),
    sendAndDisturb: (text) => load.sendAndDisturb(text),
    turnTimeoutMs: TURN_TIMEOUT_MS,
    timeScale: TIME_SCALE,
    turnsOf: async (pid) => (await countRunningTurns(deployment.ledgerFile)).get(pid) ?? 0,
    lanes: LOADED_LANES,
    leaseMs: LEASE_MS,
    pauseMs,
    trouble: (...noted) => troubles.note(...noted),
    outage: (...noted) => troubles.noteOutage(...noted),
  };
  const until = monotonicMs() + seconds * 1_000;
  const striking = new Set<Promise<void>>();
  const struck: string[] = [];
  let redisFree: Promise<unknown> = Promise.resolve();

  async function strike({ fault, seed: own }: PlannedFault): Promise<void> {
    const begin = (): Promise<void> => fault.strike(target, createRandom(own));
    if (fault.alone !== 'redis') return begin();
    const over = redisFree.then(begin);
    redisFree = over.then(() => sleep(CALM_MS)).catch(() => undefined);
    return over;
  }

  for (const planned of drawFaults(createRandom(seed), deployment.store.faults)) {
    if (struck.length >= faults || monotonicMs() >= until) break;
    await sleep(planned.afterMs);
    struck.push(planned.fault.name);
    options.onFault?.(planned.fault.name, struck.length);
    const over = strike(planned).finally(() => striking.delete(over));
    striking.add(over);
    if (striking.size >= AT_ONCE) await Promise.race(striking);
  }
  await Promise.all(striking);
  return struck;
}

/** If lanes are not idle in time, the checker reports them. */
async function untilQuiet(deployment: Deployment, seconds: number): Promise<void> {
  const until = monotonicMs() + seconds * 1_000;
  const lanes = openDeployment({ redis: deployment.redis, name: NAME });
  while (monotonicMs() < until) {
    const stats = await lanes.stats();
    const busy = stats.waking + stats.held + stats.resting + stats.oldestEventMs;
    if (busy === 0 && (await deployment.pendingAtTelegram()) === 0) return;
    await sleep(200);
  }
}

async function collect(deployment: Deployment, load: Load, troubles: TroubleLog): Promise<History> {
  const { turns, answers, stalls } = await readLedger(deployment.ledgerFile);
  await deployment.calls.readOn();
  const afterMs = LEASE_MS + 1_000;
  return {
    updates: load.updates.map((update) => {
      const sentAt = deployment.sent.get(update.update);
      const pushedAt = deployment.pushed.get(update.update);
      return {
        ...update,
        ...(sentAt !== undefined && { sentAt }),
        ...(pushedAt !== undefined && { pushedAt }),
      };
    }),
    turns,
    ...(await readStored(deployment.redis, NAME)),
    answers,
    ...deployment.calls.sent(),
    outages: troubles.outages,
    troubles: [
      ...troubles.troubles,
      ...stalls.map((stall) => ({ ...stall, to: stall.to + afterMs })),
      ...deployment.exits.map(({ pid, at, output }) => {
        // Such a worker releases its lanes before it exits.
        const stopMs = output.includes('a handler did not end') ? SHUTDOWN_DEADLINE_MS : 0;
        return { what: 'the process is gone', pid, from: at - stopMs - 1_000, to: Infinity };
      }),
    ],
    losesWrites: deployment.store.losesWrites,
    maxAttempts: MAX_ATTEMPTS,
    turnTimeoutMs: TURN_TIMEOUT_MS,
    calmWaitMs: CALM_WAIT_MS,
  };
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
