import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './lock.js';

const folder = mkdtempSync(join(tmpdir(), 'chatlane-lock-'));
const file = join(folder, 'launcher.pid');
afterAll(() => rmSync(folder, { recursive: true }));

describe('lockFolder', () => {
  // A launcher is recognized by the script that it runs.
  it.each([
    ['npm start', ['start.mjs']],
    ['chatlane dev', ['node_modules/.bin/chatlane', 'dev']],
  ])('gives a folder to one launcher at a time (%s)', async (_, script) => {
    const launcher = spawn('sh', ['-c', 'read wait', ...script]);
    writeFileSync(file, String(launcher.pid));
    expect(() => lockFolder(folder)).toThrow(`process ${launcher.pid}`);
    const exited = once(launcher, 'exit');
    launcher.stdin.end();
    await exited;
    const release = lockFolder(folder);
    release();
  });

  it('ignores the lock of a launcher that is gone, or whose process id now belongs to another program', () => {
    const { pid } = spawnSync('true');
    for (const owner of [String(pid), '1', 'not a number']) {
      writeFileSync(file, owner);
      lockFolder(folder)();
    }
  });
});
