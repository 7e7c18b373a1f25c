import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { SupervisedApp } from '../supervised-app.js';
import type { Target } from '../target.js';
import type { Fault } from './fault.js';

const HOUR_MS = 3_600_000;

async function kill(victim: SupervisedApp): Promise<void> {
  const process = await victim.untilUp();
  process.kill('SIGKILL');
  await process.exited;
  await victim.untilUp();
}

/** Freezes a process for longer than its leases and locks last, so that others usually take its lanes before it resumes. */
async function freeze(target: Target, victim: SupervisedApp, random: Random): Promise<void> {
  const forMs = target.leaseMs + random.between(1_000, 5_000);
  const process = await victim.untilUp();
  await target.trouble(
    'a process is stopped',
    async () => {
      process.kill('SIGSTOP');
      await sleep(forMs);
      process.kill('SIGCONT');
    },
    process.pid,
  );
}

async function replace(
  target: Target,
  victim: SupervisedApp,
  env?: Record<string, string>,
): Promise<void> {
  const { pid } = await victim.untilUp();
  await target.trouble('a process is asked to stop', () => victim.replace(env), pid);
}

export const processFaults: readonly Fault[] = [
  {
    name: 'worker-killed',
    weight: 5,
    strike: ({ workers }, random) => kill(random.pick(workers)),
  },
  {
    name: 'worker-stopped',
    weight: 8,
    strike: (target, random) => freeze(target, random.pick(target.workers), random),
  },
  {
    name: 'ingress-killed',
    weight: 4,
    strike: ({ ingresses }, random) => kill(random.pick(ingresses)),
  },
  {
    name: 'ingress-stopped',
    weight: 4,
    strike: (target, random) => freeze(target, random.pick(target.ingresses), random),
  },
  {
    name: 'worker-clock-off',
    weight: 3,
    async strike(target, random) {
      const skew = random.pick([-HOUR_MS, HOUR_MS]);
      const preload = new URL('../../harness/skewed-clock.mjs', import.meta.url);
      await replace(target, random.pick(target.workers), {
        NODE_OPTIONS: `--import ${preload.href}`,
        CLOCK_SKEW_MS: String(skew),
      });
    },
  },
  {
    name: 'rolling-restart',
    weight: 1,
    async strike(target) {
      for (const each of [...target.workers, ...target.ingresses]) await replace(target, each);
    },
  },
];
