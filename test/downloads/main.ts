/* Usage: npm run chaos:downloads -- [--seed N] [--files N] [--json FILE] */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { downloadsUnderFire } from './under-fire.js';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, files: { type: 'string' }, json: { type: 'string' } },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
console.log(
  `seed ${seed} (the same files and faults again: npm run chaos:downloads -- --seed ${seed})`,
);
const report = await downloadsUnderFire({
  files: Number(values.files ?? 500),
  chats: 50,
  maxBytes: 20 * 2 ** 20 - 1,
  seed,
  seconds: 900,
});
const { problems, ...figures } = report;
console.log({ ...figures, peakMiB: Math.round(figures.peakBytes / 2 ** 20) });
console.log(`problems ${problems.length}`);
for (const problem of problems) console.log(`  ${problem}`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
