import type { QueueFigures } from '../measure-queue.js';
import { startQueueProcess, type LoadName, type SystemName } from '../queue-process.js';
import type { Goal, Ratio, Scenario } from '../result.js';
import { median } from '../statistics.js';
import { queueSystems } from '../systems/queue-systems.js';

const names = Object.keys(queueSystems) as SystemName[];

/** Its tries and re-tries take so long that the others would wait for it: it gets the first of the updates only. */
const LOCK_UPDATES = 2_000;
const WARM_UP_UPDATES = 2_000;

interface Goals {
  bullmq?: Goal;
  groupmq?: Goal;
  redisCpu?: Goal;
}

/** Updates through each system: first all are added, then all are processed. */
function queueScenario(scenario: string, load: LoadName, updates: number, goals: Goals): Scenario {
  return async ({ quick }) => {
    const count = quick ? 100 : updates;
    const processes = names.map((name) => ({ name, queue: startQueueProcess(name) }));
    try {
      const rounds: Record<string, QueueFigures>[] = [];
      // One round more than is counted, and smaller: code and caches get warm.
      for (const { queue } of quick ? [] : processes) await queue.figures(load, WARM_UP_UPDATES);
      for (let round = 0; round < (quick ? 1 : 3); round += 1) {
        const measured: Record<string, QueueFigures> = {};
        for (const { name, queue } of processes) {
          const share = name === 'bullmq-lock' ? Math.min(count, LOCK_UPDATES) : count;
          measured[name] = await queue.figures(load, share);
        }
        rounds.push(measured);
      }
      const systems = [];
      for (const { name, queue } of processes) {
        const roundTripsPerUpdate = await queue.roundTrips(load, Math.min(count, 1_000));
        systems.push({
          name,
          ...medians(rounds.map((round) => round[name]!)),
          roundTripsPerUpdate,
        });
      }
      return { scenario, systems, ratios: ratios(rounds, goals) };
    } finally {
      await Promise.all(processes.map(({ queue }) => queue.stop()));
    }
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
  const others = names.filter((name) => name !== 'chatlane');
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

export const queueCold = queueScenario('queue-cold', 'cold', 20_000, {
  bullmq: { atLeast: 2 },
  groupmq: { atLeast: 4 },
  redisCpu: { atMost: 0.5 },
});
export const queueHot = queueScenario('queue-hot', 'hot', 20_000, {
  bullmq: { atLeast: 5 },
  groupmq: { atLeast: 5 },
  redisCpu: { atMost: 0.25 },
});
export const queueZipf = queueScenario('queue-zipf', 'zipf', 20_000, {
  bullmq: { atLeast: 4 },
});
