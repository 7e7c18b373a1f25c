import type { Redis } from './connect.js';
import { assessRedis, readRedisFacts } from './health.js';

/** Redis is configured so that acknowledged updates would be lost. The message says what to type. */
export class UnfitRedisError extends Error {
  override readonly name = 'UnfitRedisError';
}

/**
 * Every process checks its Redis with this before it starts. For each setting that may be intended, `warn` is called
 * with the node, the remedy and a sentence.
 *
 * @throws UnfitRedisError naming every fault, such as a maxmemory-policy other than noeviction
 */
export async function requireFitRedis(
  redis: Redis,
  warn: (details: { node: string; remedy: string }, sentence: string) => void,
): Promise<void> {
  const findings = (await readRedisFacts(redis)).flatMap(assessRedis);
  for (const { level, node, problem, remedy } of findings) {
    if (level === 'warning') warn({ node, remedy }, `Redis ${problem}`);
  }
  const faults = findings.filter(({ level }) => level === 'fault');
  if (faults.length === 0) return;
  throw new UnfitRedisError(
    faults.map(({ node, problem, remedy }) => `Redis at ${node} ${problem}; ${remedy}.`).join('\n'),
  );
}
