import { connectionNames, type Redis } from '@chatlane/redis';
import { DeploymentRefused } from './deployment-refused.js';

/** The processes of a deployment that write to its lanes. */
const PROCESSES = ['worker', 'ingress', 'downloader'];

/** @throws DeploymentRefused while processes of the deployment are connected to any node */
export async function requireStopped(redis: Redis, name: string): Promise<void> {
  const ofProcesses = new Set(PROCESSES.map((process) => `${name}-${process}`));
  const running = (await connectionNames(redis)).flat().filter((own) => ofProcesses.has(own));
  if (running.length === 0) return;
  throw new DeploymentRefused(
    `${running.length} connections of ${name} are open (${[...new Set(running)].join(', ')}): stop its processes first.`,
  );
}
