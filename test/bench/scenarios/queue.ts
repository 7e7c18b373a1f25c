import type { QueueFigures } from '../measure-queue.js';
import { startQueueProcess, type LoadName, type SystemName } from '../queue-process.js';
import type { Goal, Ratio, Scenario } from '../result.js';
import { median } from '../statistics.js';
import { queueSystems } from '../systems/queue-systems.js';

const names = Object.keys(queueSystems) as SystemName[];

/** `bullmq-lock` gets only this many updates, because its retries take so long. */
const LOCK_UPDATES = 2_000;
const WARM_UP_UPDATES = 2_000;

interface Goals {
  bullmq?: Goal;
  groupmq?: Goal;
  redisCpu?: Goal;
}

/** Sends updates through each system: all are added first, then processed. */
function queueScenario(scenario: string, load: LoadName, updates: number, goals: Goals): Scenario {
  return async ({ quick }) => {
    const count = quick ? 100 : updates;
    const processes = names.map((name) => ({ name, queue: startQueueProcess(name) }));
    try {
      const rounds: Record<string, QueueFigures>[] = [];
      // The first round is a smaller warm-up and is not counted.
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

/** Medians of the ratios per round, because a slow round of the machine affects all systems. */
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
