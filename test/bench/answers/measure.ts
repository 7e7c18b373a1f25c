import { setTimeout as sleep } from 'node:timers/promises';
import { processorMs } from '@chatlane/processes';
import { createPoster, type Poster } from '../http-poster.js';
import { atRate } from '../pace.js';
import { quantile } from '../statistics.js';
import type { BenchUpdate } from '../updates.js';
import type { Answer, StubApi } from './stub-api.js';
import { SECRET, type AnsweringSystem } from './systems.js';

/** Telegram's default for `max_connections`. */
const CONNECTIONS = 40;
/** How long to wait for a bot's last answers before the bench fails. */
const PATIENCE_MS = 60_000;

/** The cost of answering a flood of updates. */
export interface FloodOutcome {
  answersPerSecond: number;
  /** Microseconds of processor time per update, by process. */
  cpuMicros: Record<string, number>;
}

/** Posts updates as fast as they are acknowledged, and waits for all answers. */
export async function measureFlood(
  system: AnsweringSystem,
  api: StubApi,
  updates: readonly BenchUpdate[],
): Promise<FloodOutcome> {
  const poster = await createPoster(system.url, { connections: CONNECTIONS, secret: SECRET });
  const before = await cpuMsOf(system);
  const started = performance.now();
  let next = 0;
  const postAll = async (): Promise<void> => {
    for (let update = updates[next++]; update; update = updates[next++]) {
      await postUntilTaken(poster, update);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, postAll));
  await untilAnswered(api, updates.length);
  const tookMs = performance.now() - started;
  const after = await cpuMsOf(system);
  poster.close();
  requireAll(await api.takeAnswers(), updates, system);
  return {
    answersPerSecond: (1_000 * updates.length) / tookMs,
    cpuMicros: Object.fromEntries(
      Object.entries(after).map(([process, ms]) => [
        process,
        ((ms - before[process]!) * 1_000) / updates.length,
      ]),
    ),
  };
}

/** Milliseconds from the webhook's request to the start of its handler. */
export interface Waits {
  p50: number;
  p99: number;
}

/** Posts updates at a fixed rate, without waiting for answers. */
export async function measureWaits(
  system: AnsweringSystem,
  api: StubApi,
  updates: readonly BenchUpdate[],
  perSecond: number,
): Promise<Waits> {
  const poster = await createPoster(system.url, { connections: CONNECTIONS, secret: SECRET });
  const postedAt = new Map<number, number>();
  await atRate(perSecond, updates.length, async (index) => {
    const update = updates[index]!;
    postedAt.set(update.id, Number(process.hrtime.bigint()) / 1e6);
    await postUntilTaken(poster, update);
  });
  poster.close();
  await untilAnswered(api, updates.length);
  const answers = requireAll(await api.takeAnswers(), updates, system);
  const waits = answers.map(({ update, handledAt }) => handledAt - postedAt.get(update)!);
  return { p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
}

/** Like Telegram, repeats an update until it is answered 200. */
async function postUntilTaken({ post }: Poster, { body }: BenchUpdate): Promise<void> {
  while ((await post(body)) !== 200) await sleep(50);
}

async function untilAnswered(api: StubApi, count: number): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const answered = await api.count();
    if (answered >= count) return;
    if (performance.now() > endsAt)
      throw new Error(`Only ${answered} of ${count} updates were answered.`);
    await sleep(5);
  }
}

function requireAll(
  answers: Answer[],
  updates: readonly BenchUpdate[],
  { name }: AnsweringSystem,
): Answer[] {
  const answered = new Set(answers.map(({ update }) => update));
  if (answers.length !== updates.length || !updates.every(({ id }) => answered.has(id))) {
    throw new Error(`${name} has not answered each update exactly once.`);
  }
  return answers;
}

async function cpuMsOf({ processes }: AnsweringSystem): Promise<Record<string, number>> {
  const entries = Object.entries(processes).map(async ([process, pid]) => {
    const ms = await processorMs(pid);
    if (ms === undefined)
      throw new Error('The operating system does not report the processor time of processes.');
    return [process, ms] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
