import { setTimeout as sleep } from 'node:timers/promises';
import { createCallLog } from '../harness/call-log.js';
import type { Ledger } from '../harness/ledger.js';
import { startSystem, type TestSystem } from '../harness/system.js';
import { answersOf, sendsOf, type SentAnswer } from './checker/answers.js';
import { sendFigures, type SendFigures } from './checker/send-figures.js';
import { createRandom } from './random.js';

const WORKERS = 3;
const CHATS = 30;
/** About twice the time that a handler needs for its three calls. */
const EVERY_MS = 250;
const TIME_SCALE = 20;
/** Milliseconds that Telegram takes for a call, long enough that most kills hit calls in flight. */
const CALL_MS = 30;
/** Minimum and maximum number of milliseconds between two kills. */
const PACE_MS = [200, 900] as const;

export interface KillsReport {
  kills: number;
  updates: number;
  /** Sends that were in flight in a worker when it was killed. */
  underWay: number;
  sends: SendFigures;
  /** Answers that never arrived (update and number), except those of dead letters. */
  lost: string[];
  /** Updates with an answer that was in flight in two killed workers; such an answer is not sent a third time. */
  unknownTwice: number;
  /** Dead letters for any other reason: the update, and why it was given up. */
  buried: string[];
}

/** True if sends in flight explain all duplicates, no turn repeated a send that it knew of, and nothing was lost. */
export function isSound({ underWay, sends, lost, buried }: KillsReport): boolean {
  const { duplicates, duplicatesOfKnown } = sends;
  return duplicates <= underWay && duplicatesOfKnown + lost.length + buried.length === 0;
}

/** Kills workers at random points while each handler sends three messages. Needs a build. */
export async function runKills({
  kills,
  seed,
}: {
  kills: number;
  seed: number;
}): Promise<KillsReport> {
  const system = await startSystem({
    workers: WORKERS,
    timeScale: TIME_SCALE,
    workerEnv: { LEDGER_SENDS: 'answers' },
  });
  try {
    const calls = createCallLog((path) => system.play(path));
    const delayMs = CALL_MS * TIME_SCALE;
    await system.play('/play/faults', { kind: 'call-delay', method: 'sendMessage', delayMs });
    let underFire = true;
    const talking = talk(system, () => underFire);
    const killed = await killWorkers(system, { kills, seed }).finally(() => (underFire = false));
    const updates = await talking;
    await system.untilQuiet();
    await calls.readOn();
    const ledger = await system.ledger();
    const history = { ...ledger, ...calls.sent() };
    const answers = answersOf(history);
    const letters = await system.operator.deadLetters.list(10_000);
    const dead = new Set(letters.map(({ id }) => Number(id)));
    const unknownTwice = new Set(
      answers.filter((answer) => sendsOf(answer) >= 2).map(({ update }) => update),
    );
    return {
      kills: killed.size,
      updates: updates.length,
      underWay: underWayAtDeath(ledger, killed),
      sends: sendFigures(history),
      lost: lostOf(
        updates.filter((update) => !dead.has(update)),
        answers,
      ),
      unknownTwice: [...dead].filter((update) => unknownTwice.has(update)).length,
      buried: letters
        .filter(({ id }) => !unknownTwice.has(Number(id)))
        .map(({ id, attempts, error }) => `${id} after ${attempts} attempts: ${error.message}`),
    };
  } finally {
    await system.stop();
  }
}

/** The ids of the processes that were killed. */
async function killWorkers(
  system: TestSystem,
  { kills, seed }: { kills: number; seed: number },
): Promise<Set<number>> {
  const random = createRandom(seed);
  const killed = new Set<number>();
  const starting = new Set<Promise<unknown>>();
  while (killed.size < kills) {
    await sleep(random.between(...PACE_MS));
    // One worker is always left to continue in the lanes of the others.
    if (starting.size === WORKERS - 1) await Promise.race(starting);
    const victim = random.pick(system.workers);
    victim.kill('SIGKILL');
    killed.add(victim.pid);
    await victim.exited;
    const started = system.startWorker().finally(() => starting.delete(started));
    starting.add(started);
  }
  await Promise.all(starting);
  return killed;
}

/** Each chat writes at its own pace until `isRunning` returns false. Resolves with the ids of all updates. */
async function talk(system: TestSystem, isRunning: () => boolean): Promise<number[]> {
  const sent: number[] = [];
  await Promise.all(
    Array.from({ length: CHATS }, async (_, index) => {
      const id = index + 1;
      for (let count = 1; isRunning(); count += 1) {
        const message = {
          message_id: count,
          date: Math.floor(Date.now() / 1_000),
          from: { id, is_bot: false, first_name: 'A' },
          chat: { id, type: 'private' },
          text: 'hello',
        };
        const { update_id } = await system.play<{ update_id: number }>('/play/updates', {
          message,
        });
        sent.push(update_id);
        await sleep(EVERY_MS * (0.5 + Math.random()));
      }
    }),
  );
  return sent;
}

function underWayAtDeath({ turns, answers }: Ledger, killed: ReadonlySet<number>): number {
  const died = new Set(
    turns
      .filter(({ pid, endedAt, threwAt }) => killed.has(pid) && !endedAt && !threwAt)
      .map(({ id }) => id),
  );
  return answers.filter(({ turn, readAt, refusedAt }) => died.has(turn) && !readAt && !refusedAt)
    .length;
}

function lostOf(updates: readonly number[], answers: readonly SentAnswer[]): string[] {
  const arrived = new Set(
    answers
      .filter(({ deliveries }) => deliveries.length > 0)
      .map(({ update, number }) => `${update}#${number}`),
  );
  return updates
    .flatMap((update) => [1, 2, 3].map((number) => `${update}#${number}`))
    .filter((each) => !arrived.has(each));
}
