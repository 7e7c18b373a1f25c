import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

/** Empties these settings, because the operator's command line would otherwise read them from .env. */
const blank = { BOT_TOKEN: '', PUBLIC_URL: '', INGRESS_MODE: '' };

/** The path of the operator's command line. */
export function opsProgram(): string {
  return createRequire(import.meta.url).resolve('@chatlane/ops/main');
}

/** Runs one command of the operator's command line. @throws Error of `execFile`, with `code` and `stderr` */
export async function runOps(
  command: string,
  env: Record<string, string | undefined>,
): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [opsProgram(), command], {
    env: { PATH: process.env['PATH'], ...blank, ...env },
  });
  return stdout;
}
