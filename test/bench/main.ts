import { parseArgs } from 'node:util';
import { printResult, writeJson } from './report.js';
import type { Result } from './result.js';
import { scenarios } from './scenarios/scenarios.js';

const usage = `npm run bench -- <scenario> [--json FILE] [--quick]
scenarios: ${Object.keys(scenarios).join(', ')}, all`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
const chosen = name === 'all' ? Object.keys(scenarios) : [name];
if (!chosen.every((each) => each in scenarios)) {
  console.error(usage);
  process.exit(2);
}

const results: Result[] = [];
for (const each of chosen) {
  const result = await scenarios[each]!({ quick: values.quick });
  printResult(result);
  results.push(result);
}
if (values.json) await writeJson(values.json, name, results);
process.exit(0);
