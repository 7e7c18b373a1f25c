import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@chatlane/processes';

/** Settings that were emptied here, and that the operator's command line would otherwise read from .env. */
const blank = { BOT_TOKEN: '', PUBLIC_URL: '', INGRESS_MODE: '' };

/** Runs one command of the operator's command line. @throws Error of `execFile`, with `code` and `stderr` */
export async function runOps(command: string, env: Record<string, string>): Promise<void> {
  const program = join(repositoryRoot, 'apps/ops/bin/chatlane-ops.mjs');
  await promisify(execFile)(process.execPath, [program, command], {
    env: { PATH: process.env['PATH'], ...blank, ...env },
  });
}
