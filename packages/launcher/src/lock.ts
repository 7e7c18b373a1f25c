import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from '@chatlane/processes';
import { LaunchError } from './launch-error.js';

/**
 * Locks a data folder for this process; the returned function unlocks it. Takes over the lock of an owner that is gone.
 *
 * @throws LaunchError if a running launcher has locked the folder
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'launcher.pid');
  mkdirSync(folder, { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = readPid(file);
    if (pid !== undefined && isLauncher(pid)) {
      const place = relative(projectRoot, folder);
      throw new LaunchError(
        [`${place} is in use by a running Chatlane (process ${pid}); stop it first`],
        1,
      );
    }
    rmSync(file, { force: true });
  }
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process with this id runs, and is a launcher. */
export function isLauncher(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Process ids are reused after a restart of the machine, so check which program has this one.
  return /\bstart\.mjs|chatlane(\.mjs)?[\0 ]dev\b/.test(commandLine(pid));
}

function commandLine(pid: number): string {
  try {
    return existsSync('/proc/self')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
