import { DeploymentRefused, type Deployment } from '@chatlane/lanes';
import type { Part } from '@chatlane/runtime';

/** How long a worker may go on after its deployment was handed to another bot while it was disconnected. */
const CHECK_INTERVAL_MS = 10_000;

/**
 * Claims the deployment at startup and checks the claim every 10 s, because an operator who hands a stopped deployment
 * to another bot cannot see a worker that is disconnected from Redis.
 *
 * @param options.botId numeric id of the bot
 * @param options.everyMs interval of the checks in milliseconds. Default: 10,000
 * @param options.onRefused called when the deployment belongs to another bot
 */
export function createDeploymentClaim(
  deployment: Pick<Deployment, 'claim'>,
  options: { botId: string; everyMs?: number; onRefused: (error: DeploymentRefused) => void },
): Part {
  const { botId, everyMs = CHECK_INTERVAL_MS, onRefused } = options;
  let timer: NodeJS.Timeout | undefined;

  async function check(): Promise<void> {
    try {
      await deployment.claim(botId);
    } catch (error) {
      // An unavailable Redis is handled elsewhere.
      if (error instanceof DeploymentRefused) onRefused(error);
    }
  }

  return {
    name: 'claim',
    async start() {
      await deployment.claim(botId);
      timer = setInterval(() => void check(), everyMs);
    },
    stop: () => clearInterval(timer),
  };
}
