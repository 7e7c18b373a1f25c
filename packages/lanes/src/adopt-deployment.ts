import type { Redis } from '@chatlane/redis';
import { readClaim, readUnfinishedRepartition } from './deployment-claim.js';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys, partitionKeys } from './keys.js';
import { requireStopped } from './require-stopped.js';
import { scan } from './scan.js';

/**
 * Hands a deployment none of whose processes runs to another bot: sessions, waiting updates and dead letters stay, and
 * the update_ids of the bot before are forgotten, for the ids of two bots may be equal. May be run again.
 *
 * @param botId numeric id of the bot that takes over
 * @returns `from` undefined: the deployment belonged to no bot
 * @throws DeploymentRefused when processes of the deployment are connected, or its partitions are being changed
 */
export async function adoptDeployment(
  redis: Redis,
  name: string,
  botId: string,
): Promise<{ from: string | undefined; to: string }> {
  if (await readUnfinishedRepartition(redis, name)) {
    throw new DeploymentRefused(
      `The partitions of ${name} are being changed: let \`chatlane-ops repartition\` end first.`,
    );
  }
  await requireStopped(redis, name);
  const { partitions = 0, botId: from } = await readClaim(redis, name);
  // The bot comes last: as long as update_ids are left to be forgotten, it cannot start.
  for await (const keys of scan(redis, `{${name}:*}:seen:*`)) {
    await Promise.all(keys.map((key) => redis.del(key)));
  }
  const claims = Array.from({ length: partitions }, (_, index) => partitionKeys(name, index).claim);
  await Promise.all(claims.map((claim) => redis.del(claim)));
  await redis.set(deploymentKeys(name).bot, botId);
  return { from, to: botId };
}
