import type { Redis } from '@chatlane/redis';
import { claimDeployment, type ClaimOptions } from './deployment-claim.js';

/** A process that was cut off for longer has to ask whether the deployment is still its bot's. */
const TRUST_MS = 10_000;

/** The claim of one process. Both reject with DeploymentRefused, or with the error of a Redis that is away. */
export interface KeptClaim {
  /** Claims, and is trusted for ten seconds. */
  make(): Promise<void>;
  /** Undefined while the last claim is trusted: what is asked for each event costs nothing then. */
  renewed(): Promise<void> | undefined;
}

export function createKeptClaim(redis: Redis, options: ClaimOptions): KeptClaim {
  let trustedUntil = -Infinity;
  let claiming: Promise<void> | undefined;

  async function claim(): Promise<void> {
    const askedAt = performance.now();
    trustedUntil = -Infinity;
    await claimDeployment(redis, options);
    trustedUntil = askedAt + TRUST_MS;
  }

  const make = (): Promise<void> => (claiming ??= claim().finally(() => (claiming = undefined)));
  return { make, renewed: () => (performance.now() < trustedUntil ? undefined : make()) };
}
