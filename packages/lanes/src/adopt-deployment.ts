import type { Redis } from '@chatlane/redis';
import { readClaim } from './deployment-claim.js';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys } from './keys.js';
import { requireStopped } from './require-stopped.js';
import { scan } from './scan.js';

/**
 * Hands a deployment none of whose processes runs to another bot: sessions, waiting updates and dead letters stay, and
 * the update_ids of the bot before are forgotten, for the ids of two bots may be equal. May be run again.
 *
 * @param botId numeric id of the bot that takes over
 * @returns `from` undefined: the deployment belonged to no bot
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
      `The data of ${name} is being upgraded: let \`chatlane-ops upgrade\` end first.`,
    );
  }
  await requireStopped(redis, name);
  // The bot comes last: as long as update_ids are left to be forgotten, it cannot start.
  for (const pattern of [`{${name}}:seen:*`, `{${name}:*}:seen:*`]) {
    for await (const keys of scan(redis, pattern)) {
      await Promise.all(keys.map((key) => redis.del(key)));
    }
  }
  await redis.set(deploymentKeys(name).bot, botId);
  return { from, to: botId };
}
