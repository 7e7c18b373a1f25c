import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { fail } from './machine.mjs';
import { getPrograms } from './programs.mjs';
import { root } from './root.mjs';
import { npmQuietly } from './run.mjs';

/** Runs every step even after one has failed; the exit code is that of the first failure. */
export async function testAll(args) {
  const everything = args.length === 0;
  const steps = [];
  async function step(name, run) {
    const startedAt = Date.now();
    const code = await run();
    const took = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    steps.push({ name, code });
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name}  (${took})`);
  }

  await step('set-up', async () => {
    const [installed, advice] = await Promise.all([install(), getPrograms()]);
    if (!installed) fail('npm ci failed; its output is above.');
    if (advice) console.error(advice);
    // A run on a few folders may not need them.
    return advice && everything ? 1 : 0;
  });
  // These only read sources, and use the CPU time in which builds and tests wait.
  const checked = everything ? check(step) : undefined;
  await step('build', async () => ((await build()) ? 0 : 1));
  let result;
  await step('tests', async () => {
    result = await jest(args);
    return result.code;
  });
  await checked;

  const failed = steps.filter(({ code }) => code !== 0);
  console.log('');
  result.failures.forEach((failure) => console.log(`failed test: ${failure}`));
  if (failed.length > 0) console.log(`failed: ${failed.map(({ name }) => name).join(', ')}`);
  console.log(`${result.passed} passed, ${result.failed} failed`);
  return failed[0]?.code ?? 0;
}

async function check(step) {
  const run = (script) => npmQuietly(['run', '--silent', script], { lowPriority: true });
  await step('types', async () => ((await run('typecheck')) ? 0 : 1));
  await step('format', async () => ((await run('format:check')) ? 0 : 1));
  await step('lint', async () => ((await run('lint')) ? 0 : 1));
}

/** Returns the counts of jest. A test file that cannot be loaded counts as one failure. */
async function jest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-test-'));
  const file = join(folder, 'jest.json');
  const runner = join(root, 'packages/tooling/bin/jest.mjs');
  try {
    const options = ['--json', `--outputFile=${file}`, ...args];
    // jest also prints its whole JSON to stdout; the readable output goes to stderr.
    const stdio = ['ignore', 'ignore', 'inherit'];
    const child = spawn(process.execPath, [runner, ...options], { cwd: root, stdio });
    const [status] = await once(child, 'close');
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return {
      code: status ?? 1,
      passed: result.numPassedTests,
      failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
      failures: result.testResults.flatMap(failuresOf),
    };
  } catch (error) {
    return { code: 1, passed: 0, failed: 1, failures: [`jest gave no result: ${error.message}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function failuresOf({ name, status, assertionResults }) {
  const file = relative(root, name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file} (could not be loaded)`] : [];
  return failed.map((test) => `${file}: ${test.fullName}`);
}
