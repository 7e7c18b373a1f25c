import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const version = '99.98.97';
const missingVersion = '98.97.96';
const place = mkdtempSync(join(tmpdir(), 'chatlane-node-'));
afterAll(() => {
  rmSync(place, { recursive: true });
  const cache = join(root, 'node_modules/.cache/chatlane/node');
  for (const each of [version, missingVersion]) rmSync(join(cache, each), { recursive: true });
});

/** Runs `npm run test:node` with a fake npm, which installs a fake Node that prints its arguments. */
function testNode(...args: string[]) {
  const npm = join(place, 'npm.js');
  const node = `#!/bin/sh\necho "ran $*"\necho "$PATH"\nexit 7\n`;
  writeFileSync(
    npm,
    `const { mkdirSync, writeFileSync } = require('fs');
    const [command, , folder, ...rest] = process.argv.slice(2);
    const [name, version] = rest.at(-1).split('@');
    console.error(command, name, rest.includes('--ignore-scripts'));
    if (version === '${missingVersion}') process.exit(1);
    const home = folder + '/node_modules/' + name;
    mkdirSync(home + '/bin', { recursive: true });
    writeFileSync(home + '/bin/node', ${JSON.stringify(node)}, { mode: 0o755 });
    writeFileSync(home + '/package.json', JSON.stringify({ version }));`,
  );
  const script = join(root, 'packages/tooling/bin/test-node.mjs');
  return spawnSync(process.execPath, [script, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], npm_execpath: npm },
  });
}

describe('npm run test:node', () => {
  it('runs npm test on the Node that npm fetched, which child processes find too', () => {
    const { stdout, status } = testNode(version, 'packages/lanes');
    expect(stdout).toContain(`Testing on Node ${version}`);
    expect(stdout).toMatch(/ran \S*packages\/tooling\/bin\/test\.mjs packages\/lanes\n/);
    expect(stdout).toMatch(new RegExp(`^\\S*/node/${version}/node_modules/[\\w-]+/bin:`, 'm'));
    expect(status).toBe(7);
  });

  it("shows npm's output when the version does not exist", () => {
    const { stderr, status } = testNode(missingVersion);
    expect(stderr).toContain(`install node-`);
    expect(stderr).toContain(`Node ${missingVersion} could not be fetched`);
    expect(status).toBe(1);
  });

  it('shows an example when the argument is not a version', () => {
    const { stderr, status } = testNode('latest');
    expect(stderr).toContain(
      "'latest' is not a version of Node. For example: npm run test:node -- 24",
    );
    expect(status).toBe(1);
  });
});
