import { claimDeployment, DeploymentRefused, type ClaimOptions } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import type { Part } from '@chatlane/runtime';

/** How long a worker that was cut off, while its deployment changed, may go on beside it. */
const EVERY_MS = 10_000;

/**
 * Claims the deployment at the start, and again every 10 s: a worker that was cut off from Redis is not seen by an
 * operator who hands a stopped deployment to another bot.
 *
 * @param options.onRefused called when the deployment is no longer this worker's
 */
export function createDeploymentClaim(
  redis: Redis,
  options: ClaimOptions & { everyMs?: number; onRefused: (error: DeploymentRefused) => void },
): Part {
  const { everyMs = EVERY_MS, onRefused } = options;
  let timer: NodeJS.Timeout | undefined;

  async function check(): Promise<void> {
    try {
      await claimDeployment(redis, options);
    } catch (error) {
      // Of a Redis that is away the worker learns elsewhere.
      if (error instanceof DeploymentRefused) onRefused(error);
    }
  }

  return {
    name: 'claim',
    async start() {
      await claimDeployment(redis, options);
      timer = setInterval(() => void check(), everyMs);
    },
    stop: () => clearInterval(timer),
  };
}
