import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataRoot } from '@chatlane/processes';
import { isLauncher } from './lock.js';

const file = 'instance.json';

/** Where the deployment of a running instance is: the settings that the operator's command line needs. */
export type DeploymentSettings = Record<'REDIS_URL' | 'CHATLANE_NAME', string | undefined>;

/** Stores where the deployment is, in the instance's data folder. */
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
