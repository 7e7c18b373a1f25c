/* Usage: npm run chaos -- [--seed N] [--seconds N | --faults N] [--json FILE] [--cluster] | --kills N */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isSound, runKills } from './kills.js';
import { printKills, printReport } from './report.js';
import { runChaos } from './run.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string' },
    faults: { type: 'string' },
    json: { type: 'string' },
    cluster: { type: 'boolean', default: false },
    kills: { type: 'string' },
  },
});

function count(name: 'seed' | 'seconds' | 'faults' | 'kills', otherwise: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${name} must be a whole number, not ${text}`);
}

const cluster = values.cluster ? ' --cluster' : '';
const seed = count('seed', randomInt(1_000_000));
console.log(`seed ${seed} (the same faults again: npm run chaos -- --seed ${seed}${cluster})`);

if (values.kills !== undefined) {
  const report = await runKills({ kills: count('kills', 200), seed });
  printKills(report);
  process.exit(isSound(report) ? 0 : 1);
}

const report = await runChaos({
  seed,
  cluster: values.cluster,
  faults: count('faults', values.seconds === undefined ? 320 : Infinity),
  seconds: count('seconds', 1_800),
  updatesPerSecond: 100,
  pauseMs: 10_000,
  quietSeconds: 480,
  onFault: (name, nth) => console.log(`${String(nth).padStart(4)} ${name}`),
});
printReport(report);
if (values.json !== undefined) {
  const { faults, faultsByKind, updates, sends, violations } = report;
  const json = { seed, faults, faultsByKind, updates, sends, violations };
  await writeFile(values.json, `${JSON.stringify(json, null, 2)}\n`);
}
process.exitCode = report.violations.length === 0 ? 0 : 1;
