import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createDeadline } from '../deadline.js';
import type { Scan } from './scan.js';

/** The exit code of clamscan and others for an infected file. */
const INFECTED = 1;

export interface ScanCommandOptions {
  /** A program and its arguments; the path of the file is appended. No shell is involved. */
  command: readonly string[];
  timeoutMs: number;
  /** PATH of the program's environment. It gets nothing else, because ours contains the bot's token. */
  searchPath: string;
}

/** Scans files with a program that exits 0 for a clean file and 1 for an infected one. */
export function createScanCommand({ command, timeoutMs, searchPath }: ScanCommandOptions): Scan {
  const [program = '', ...args] = command;
  return {
    async check() {
      const folders = program.includes('/') ? [''] : searchPath.split(delimiter);
      const tries = folders.map((folder) => access(join(folder, program), constants.X_OK));
      return Promise.any(tries).then(
        () => undefined,
        () => `SCAN_COMMAND: there is no program ${program}; nothing is stored until there is`,
      );
    },
    scan: (path, signal) =>
      new Promise((resolve, reject) => {
        const env = { PATH: searchPath };
        // execFile's own timeout would wait for any process that holds the output open.
        const deadline = createDeadline(timeoutMs);
        const either = AbortSignal.any([signal, deadline.signal]);
        const options = { signal: either, killSignal: 'SIGKILL', env } as const;
        execFile(program, [...args, path], options, (error, stdout) => {
          deadline.stop();
          if (!error) resolve(undefined);
          else if (signal.aborted) reject(signal.reason as Error);
          else if (error.code === INFECTED) resolve(firstLine(stdout.replaceAll(path, 'file')));
          else
            reject(
              new Error(
                `SCAN_COMMAND failed (${either.aborted ? 'too slow' : (error.code ?? error.signal)})`,
              ),
            );
        });
      }),
  };
}

function firstLine(output: string): string {
  return output.trim().split('\n')[0]!.slice(0, 200) || 'infected';
}
