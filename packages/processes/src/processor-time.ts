import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Milliseconds of processor time that a process has used in all its threads, in steps of 10 ms on Linux and of a second
 * elsewhere. Undefined if the system does not report it.
 */
export async function processorMs(pid: number): Promise<number | undefined> {
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The second field, a name in parentheses, may contain spaces. Linux counts in hundredths of a second.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]);
    const [seconds = NaN, minutes = 0, hours = 0] = stdout.trim().split(':').map(Number).reverse();
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  } catch {
    return undefined;
  }
}
