import type { Redis } from '@chatlane/redis';
import { claimDeployment, type ClaimOptions } from './deployment-claim.js';

/** A process that was cut off for longer has to ask whether the deployment is still its bot's. */
const TRUST_MS = 10_000;

/**
 * The claim of one process, made with the first use and again every 10 s of use.
 *
 * @returns a function that rejects with DeploymentRefused, or with the error of a Redis that is away
 */
export function createKeptClaim(redis: Redis, options: ClaimOptions): () => Promise<void> {
  let trustedUntil = -Infinity;
  let claiming: Promise<void> | undefined;

  async function claim(): Promise<void> {
    const askedAt = performance.now();
    await claimDeployment(redis, options);
    trustedUntil = askedAt + TRUST_MS;
  }

  return async () => {
    if (performance.now() < trustedUntil) return;
    claiming ??= claim().finally(() => (claiming = undefined));
    await claiming;
  };
}
