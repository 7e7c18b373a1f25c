import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './lock.js';

const folder = mkdtempSync(join(tmpdir(), 'chatlane-lock-'));
const file = join(folder, 'launcher.pid');
afterAll(() => rmSync(folder, { recursive: true }));

it('gives a folder to one launcher at a time', async () => {
  // What tells a launcher from any other process is the script it runs.
  const launcher = spawn('sh', ['-c', 'read wait', 'start.mjs']);
  writeFileSync(file, String(launcher.pid));
  expect(() => lockFolder(folder)).toThrow(`process ${launcher.pid}`);
  const exited = once(launcher, 'exit');
  launcher.stdin.end();
  await exited;
  const release = lockFolder(folder);
  release();
});

it('takes over from a launcher that is gone, and from a number that another program has now', () => {
  const { pid } = spawnSync('true');
  for (const owner of [String(pid), '1', 'not a number']) {
    writeFileSync(file, owner);
    lockFolder(folder)();
  }
});
