import type { Redis } from '@chatlane/redis';
import { readClaim } from './deployment-claim.js';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys } from '../keys.js';
import { requireStopped } from './require-stopped.js';
import { scan } from '../scan.js';

/**
 * Assigns a deployment whose processes are all stopped to another bot. Sessions, waiting updates and dead letters stay;
 * the marks of seen update_ids are deleted, because two bots may get the same ids. Safe to repeat.
 *
 * @param botId numeric id of the bot that takes over
 * @returns `from` is undefined when the deployment belonged to no bot
 * @throws DeploymentRefused when processes of the deployment are connected, or its data is being upgraded
 */
export async function adoptDeployment(
  redis: Redis,
  name: string,
  botId: string,
): Promise<{ from: string | undefined; to: string }> {
  const { botId: from, isUpgrading } = await readClaim(redis, name);
  if (isUpgrading) {
    throw new DeploymentRefused(
      `The data of ${name} is being upgraded: wait until \`chatlane-ops upgrade\` has finished.`,
    );
  }
  await requireStopped(redis, name);
  // The bot is set last, so that it cannot start before all marks are deleted.
  for (const pattern of [`{${name}}:seen:*`, `{${name}:*}:seen:*`]) {
    for await (const keys of scan(redis, pattern)) {
      await Promise.all(keys.map((key) => redis.del(key)));
    }
  }
  await redis.set(deploymentKeys(name).bot, botId);
  return { from, to: botId };
}
