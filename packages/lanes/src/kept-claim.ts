import type { Redis } from '@chatlane/redis';
import { claimDeployment, type ClaimOptions } from './deployment-claim.js';

/** The claim of one process, made with the first use and again after Redis has refused it. */
export interface KeptClaim {
  /** @throws DeploymentRefused, or the error of a Redis that is away */
  get(): Promise<string>;
  /** Has the next `get` claim again, unless another caller already did. */
  refused(claim: string): void;
}

export function createKeptClaim(redis: Redis, options: ClaimOptions): KeptClaim {
  let current: string | undefined;
  let claiming: Promise<string> | undefined;
  return {
    async get() {
      if (current !== undefined) return current;
      claiming ??= claimDeployment(redis, options).finally(() => (claiming = undefined));
      return (current = await claiming);
    },
    refused(claim) {
      if (current === claim) current = undefined;
    },
  };
}
