import { measureFlood, measureWaits, type FloodOutcome, type Waits } from '../answers/measure.js';
import { startStubApi, type StubApi } from '../answers/stub-api.js';
import { startSystem, type AnsweringSystem, type SystemName } from '../answers/systems.js';
import type { Figures, Scenario } from '../result.js';
import { median } from '../statistics.js';
import { makeUpdate, type BenchUpdate } from '../updates.js';

interface Lengths {
  rounds: number;
  warmUp: number;
  /** Updates per flood. */
  flood: number;
  paced: number;
}

const FULL: Lengths = { rounds: 5, warmUp: 6_000, flood: 12_000, paced: 1_500 };
const QUICK: Lengths = { rounds: 1, warmUp: 0, flood: 150, paced: 50 };

const PACED_PER_SECOND = 500;
const CHATS = 500;
const FIRST_CHAT = 5_000_000_000;
const FIRST_UPDATE = 715_000_000;

const titles: Record<SystemName, string> = {
  chatlane: 'chatlane',
  telegraf: 'Telegraf',
  grammy: 'grammY',
};

/**
 * The cost of an answered update from its webhook to its `sendMessage`: Chatlane as an ingress and a worker, and plain
 * Telegraf and grammY in one webhook process each, with sessions in their own Redis. Processor time is the operating
 * system's figure for each process. The systems are measured in alternation, and the figures are medians of the rounds.
 */
export const answers: Scenario = async ({ quick }) => {
  const api = await startStubApi();
  const systems: AnsweringSystem[] = [];
  try {
    for (const name of Object.keys(titles) as SystemName[]) {
      systems.push(await startSystem(name, api.root));
    }
    const rounds = await measureRounds(systems, api, quick ? QUICK : FULL);
    return report(systems.map((system) => [system, rounds.get(system)!]));
  } finally {
    for (const system of systems) await system.stop();
    await api.stop();
  }
};

type Round = FloodOutcome & { waits: Waits };

async function measureRounds(
  systems: readonly AnsweringSystem[],
  api: StubApi,
  lengths: Lengths,
): Promise<Map<AnsweringSystem, Round[]>> {
  const results = new Map<AnsweringSystem, Round[]>(systems.map((system) => [system, []]));
  let next = 0;
  const updates = (count: number): BenchUpdate[] =>
    Array.from({ length: count }, () => {
      next += 1;
      return makeUpdate(FIRST_UPDATE + next, FIRST_CHAT + (next % CHATS));
    });
  for (const system of systems) await measureFlood(system, api, updates(lengths.warmUp));
  for (let round = 0; round < lengths.rounds; round += 1) {
    for (const [system, rounds] of results) {
      const flood = await measureFlood(system, api, updates(lengths.flood));
      const waits = await measureWaits(system, api, updates(lengths.paced), PACED_PER_SECOND);
      rounds.push({ ...flood, waits });
    }
  }
  return results;
}

function report(measured: [AnsweringSystem, Round[]][]) {
  const rows = measured.map(([{ name, processes }, rounds]) => {
    const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
    const names = Object.keys(processes);
    const figures = {
      name: titles[name],
      cpuMicros: of(({ cpuMicros }) => names.reduce((sum, each) => sum + cpuMicros[each]!, 0)),
      answersPerSecond: of(({ answersPerSecond }) => answersPerSecond),
      waitMsP50: of(({ waits }) => waits.p50),
      waitMsP99: of(({ waits }) => waits.p99),
    };
    const byProcess = names.map((each) => [
      `${each}Micros`,
      of(({ cpuMicros }) => cpuMicros[each]!),
    ]);
    return { ...figures, ...(Object.fromEntries(byProcess) as Record<string, number>) };
  });
  const [own, telegraf, grammy] = rows as [Row, Row, Row];
  return {
    scenario: 'answers',
    systems: rows satisfies Figures[],
    ratios: [
      {
        what: 'processor time per answered update, over Telegraf',
        value: own.cpuMicros / telegraf.cpuMicros,
        goal: { atMost: 1 },
      },
      {
        what: 'processor time per answered update, over grammY',
        value: own.cpuMicros / grammy.cpuMicros,
      },
      {
        what: 'answers a second, over Telegraf',
        value: own.answersPerSecond / telegraf.answersPerSecond,
        goal: { atLeast: 1 },
      },
      {
        what: `p50 from webhook to handler at ${PACED_PER_SECOND}/s, milliseconds`,
        value: own.waitMsP50,
        goal: { atMost: 1.5 },
      },
      {
        what: `p99 from webhook to handler at ${PACED_PER_SECOND}/s, over Telegraf`,
        value: own.waitMsP99 / telegraf.waitMsP99,
        goal: { atMost: 3 },
      },
    ],
  };
}

interface Row extends Record<'cpuMicros' | 'answersPerSecond' | 'waitMsP50' | 'waitMsP99', number> {
  name: string;
}
