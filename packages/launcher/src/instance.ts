import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataRoot } from '@chatlane/processes';
import { isLauncher } from './lock.js';

const file = 'instance.json';

/** The settings that the operator's command line needs to find the deployment of a running instance. */
export type DeploymentSettings = Record<'REDIS_URL' | 'CHATLANE_NAME', string | undefined>;

/** Stores these settings in the instance's data folder. */
export function publishInstance(folder: string, env: DeploymentSettings): void {
  const text = JSON.stringify({ pid: process.pid, env });
  // A URL may contain a password.
  writeFileSync(join(folder, file), text, { mode: 0o600 });
}

/** The instances that run in this project. */
export function runningInstances(): DeploymentSettings[] {
  if (!existsSync(dataRoot)) return [];
  const folders = readdirSync(dataRoot).map((name) => join(dataRoot, name));
  return [dataRoot, ...folders].flatMap((folder) => {
    try {
      const text = readFileSync(join(folder, file), 'utf8');
      const { pid, env } = JSON.parse(text) as { pid: number; env: DeploymentSettings };
      return isLauncher(pid) ? [env] : [];
    } catch {
      return [];
    }
  });
}
