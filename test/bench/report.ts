import { cpus, totalmem } from 'node:os';
import { writeFile } from 'node:fs/promises';
import type { Goal, Ratio, Result } from './result.js';

export function printResult({ scenario, systems, ratios }: Result): void {
  console.log(`\n${scenario}`);
  console.table(
    Object.fromEntries(
      systems.map(({ name, ...figures }) => [
        name,
        Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, shown(value)])),
      ]),
    ),
  );
  for (const ratio of ratios) console.log(`  ${line(ratio)}`);
}

/** Writes the figures of one scenario unchanged, or those of several in one list, each with its scenario's name. */
export async function writeJson(file: string, name: string, results: readonly Result[]) {
  const several = results.length > 1;
  const own = (scenario: string) => (several ? { scenario } : {});
  const all = {
    scenario: name,
    machine: { cpus: cpus().length, model: cpus()[0]?.model, memoryBytes: totalmem() },
    systems: results.flatMap(({ scenario, systems }) =>
      systems.map((figures) => ({ ...own(scenario), ...figures })),
    ),
    ratios: results.flatMap(({ scenario, ratios }) =>
      ratios.map((ratio) => ({ ...own(scenario), ...ratio })),
    ),
  };
  await writeFile(file, `${JSON.stringify(all, undefined, 2)}\n`);
}

function line({ what, value, goal }: Ratio): string {
  const reached = goal && (isReached(value, goal) ? 'reached' : 'not reached');
  return `${what}: ${shown(value)}${goal ? ` (goal ${worded(goal)}: ${reached})` : ''}`;
}

function isReached(value: number, goal: Goal): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}

function worded(goal: Goal): string {
  return 'atLeast' in goal ? `>= ${goal.atLeast}` : `<= ${goal.atMost}`;
}

function shown(value: number | string): number | string {
  if (typeof value === 'string') return value;
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
