import { cold, hot, zipf, type Load } from '../loads.js';
import { countRoundTrips, measureQueue, type QueueFigures } from '../measure-queue.js';
import type { Goal, Ratio, Scenario } from '../result.js';
import { median } from '../statistics.js';
import { bullmqLock } from '../systems/bullmq-lock.js';
import { bullmq } from '../systems/bullmq.js';
import { chatlane } from '../systems/chatlane.js';
import { groupmq } from '../systems/groupmq.js';
import type { CreateSystem } from '../systems/system.js';

const systems: Record<string, CreateSystem> = {
  chatlane,
  bullmq,
  'bullmq-lock': bullmqLock,
  groupmq,
};

/** Its tries and re-tries take so long that the others would wait for it: it gets the first of the updates only. */
const LOCK_UPDATES = 2_000;

interface Goals {
  bullmq?: Goal;
  groupmq?: Goal;
  redisCpu?: Goal;
}

/** Updates through each system: first all are added, then all are processed. */
function queueScenario(scenario: string, load: Load, updates: number, goals: Goals): Scenario {
  return async ({ quick }) => {
    const measured = load(quick ? 100 : updates);
    const rounds: Record<string, QueueFigures>[] = [];
    // One round more than is counted, and smaller: code and caches get warm.
    for (const create of quick ? [] : Object.values(systems)) {
      await measureQueue(create, measured.slice(0, 2_000));
    }
    for (let round = 0; round < (quick ? 1 : 3); round += 1) {
      const figures: Record<string, QueueFigures> = {};
      for (const [name, create] of Object.entries(systems)) {
        const share = create === bullmqLock ? measured.slice(0, LOCK_UPDATES) : measured;
        figures[name] = await measureQueue(create, share);
      }
      rounds.push(figures);
    }
    const trips: Record<string, number> = {};
    for (const [name, create] of Object.entries(systems)) {
      trips[name] = await countRoundTrips(create, measured.slice(0, 1_000));
    }
    return {
      scenario,
      systems: Object.keys(systems).map((name) => ({
        name,
        ...medians(rounds.map((round) => round[name]!)),
        roundTripsPerUpdate: trips[name]!,
      })),
      ratios: ratios(rounds, goals),
    };
  };
}

function medians(figures: QueueFigures[]): QueueFigures {
  const of = (figure: keyof QueueFigures): number => median(figures.map((each) => each[figure]));
  return {
    addPerSecond: of('addPerSecond'),
    processPerSecond: of('processPerSecond'),
    redisMicrosPerUpdate: of('redisMicrosPerUpdate'),
    nodeMicrosPerUpdate: of('nodeMicrosPerUpdate'),
    redisCommandsPerUpdate: of('redisCommandsPerUpdate'),
    orderViolations: of('orderViolations'),
  };
}

/** Medians of each round's ratio: a machine that is slower in one round is so for all systems. */
function ratios(rounds: Record<string, QueueFigures>[], goals: Goals): Ratio[] {
  const over = (other: string, figure: keyof QueueFigures): number =>
    median(rounds.map((round) => round['chatlane']![figure] / round[other]![figure]));
  const others = Object.keys(systems).filter((name) => name !== 'chatlane');
  return [
    ...others.map((other) => ({
      what: `processed per second, over ${other}`,
      value: over(other, 'processPerSecond'),
      ...goalOf(goals[other as keyof Goals]),
    })),
    ...others.map((other) => ({
      what: `added per second, over ${other}`,
      value: over(other, 'addPerSecond'),
    })),
    ...others.map((other) => ({
      what: `Redis CPU per update, over ${other}`,
      value: over(other, 'redisMicrosPerUpdate'),
      ...goalOf(other === 'bullmq' ? goals.redisCpu : undefined),
    })),
  ];
}

function goalOf(goal: Goal | undefined): { goal?: Goal } {
  return goal ? { goal } : {};
}

export const queueCold = queueScenario('queue-cold', cold, 20_000, {
  bullmq: { atLeast: 2 },
  groupmq: { atLeast: 4 },
  redisCpu: { atMost: 0.5 },
});
export const queueHot = queueScenario('queue-hot', hot(200), 20_000, {
  bullmq: { atLeast: 5 },
  groupmq: { atLeast: 5 },
  redisCpu: { atMost: 0.25 },
});
export const queueZipf = queueScenario('queue-zipf', zipf(5_000), 20_000, {
  bullmq: { atLeast: 4 },
});
