import type { Redis } from '@chatlane/redis';
import { claimDeployment } from '../deployment/deployment-claim.js';

/** A process that was cut off for longer must check again whether the deployment still belongs to its bot. */
const TRUST_MS = 10_000;

/** The claim of one process. Both methods reject with DeploymentRefused, or with the error of an unavailable Redis. */
export interface CachedClaim {
  /** Claims the deployment; the result is cached for ten seconds. */
  claim(): Promise<void>;
  /** Claims again if the last claim has expired. Undefined while it is valid, so that the check per event is free. */
  renewIfExpired(): Promise<void> | undefined;
}

export function createCachedClaim(redis: Redis, name: string, botId?: string): CachedClaim {
  let trustedUntil = -Infinity;
  let claiming: Promise<void> | undefined;

  async function claimNow(): Promise<void> {
    const askedAt = performance.now();
    trustedUntil = -Infinity;
    await claimDeployment(redis, name, botId);
    trustedUntil = askedAt + TRUST_MS;
  }

  const claim = (): Promise<void> =>
    (claiming ??= claimNow().finally(() => (claiming = undefined)));
  return { claim, renewIfExpired: () => (performance.now() < trustedUntil ? undefined : claim()) };
}
