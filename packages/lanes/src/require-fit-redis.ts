import type { Redis } from '@chatlane/redis';
import { judgeRedis, readRedisFacts, type RedisFinding } from './redis-health.js';

/** Redis is set up so that acknowledged updates would be lost. The message says what to type. */
export class UnfitRedisError extends Error {
  override readonly name = 'UnfitRedisError';
}

/**
 * What every process asks of its Redis before it starts; `warn` is told of what may be wanted.
 *
 * @throws UnfitRedisError naming every fault, such as a maxmemory-policy other than noeviction
 */
export async function requireFitRedis(
  redis: Redis,
  warn: (finding: RedisFinding) => void,
): Promise<void> {
  const findings = (await readRedisFacts(redis)).flatMap(judgeRedis);
  for (const finding of findings) if (finding.level === 'warning') warn(finding);
  const faults = findings.filter(({ level }) => level === 'fault');
  if (faults.length === 0) return;
  throw new UnfitRedisError(
    faults.map(({ node, problem, remedy }) => `Redis at ${node} ${problem}; ${remedy}.`).join('\n'),
  );
}
