// npm run test:node -- <version> [what npm test takes]: npm test on another Node, which npm fetches.
//   npm run test:node -- 24
//   npm run test:node -- 26 packages/lanes
import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { checkMachine, fail } from '../setup/machine.mjs';
import { root } from '../setup/root.mjs';

checkMachine();
const { exactVersion, getNode } = await import('../setup/other-node.mjs');
const { install } = await import('../setup/install.mjs');

const [version = '', ...args] = process.argv.slice(2);
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  fail(`Which Node? Say its version, such as 24: npm run test:node -- 24 (not '${version}').`);
}
// First, as `npm ci` empties node_modules, where the binary is kept.
if (!(await install())) fail('npm ci failed; what it said is above.');
const binary = await getNode(version);
if (binary === undefined) fail(`Node ${version} could not be fetched; what npm said is above.`);
console.log(`Testing on Node ${exactVersion(binary)}`);
// On PATH too: tests start npm and node by their names.
const PATH = [dirname(binary), process.env.PATH].join(delimiter);
const { status, error } = spawnSync(
  binary,
  [join(root, 'packages/tooling/bin/test.mjs'), ...args],
  {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  },
);
if (error) fail(`Node ${version} does not run here: ${error.message}`);
process.exit(status ?? 1);
