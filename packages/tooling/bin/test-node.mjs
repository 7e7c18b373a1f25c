// npm run test:node -- <version> [arguments of npm test]: runs npm test on another Node, which npm fetches.
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
  fail(`'${version}' is not a version of Node. For example: npm run test:node -- 24`);
}
// Installs first, because `npm ci` empties node_modules, where the binary is stored.
if (!(await install())) fail('npm ci failed; its output is above.');
const binary = await getNode(version);
if (binary === undefined) fail(`Node ${version} could not be fetched; npm's output is above.`);
console.log(`Testing on Node ${exactVersion(binary)}`);
// Also on PATH, because tests start npm and node by name.
const PATH = [dirname(binary), process.env.PATH].join(delimiter);
const { status, error } = spawnSync(
  binary,
  [join(root, 'packages/tooling/bin/test.mjs'), ...args],
  {
    stdio: 'inherit',
    env: { ...process.env, PATH },
  },
);
if (error) fail(`Node ${version} does not run on this machine: ${error.message}`);
process.exit(status ?? 1);
