import type { AppendOnlyFile, RedisNode } from '../redis-nodes.js';
import type { Examined } from './finding.js';
import { checkRedis } from './redis-checks.js';

const HOUR_MS = 3_600_000;

/** The findings for a server with this append-only file. */
function check(
  appendOnlyFile: AppendOnlyFile | undefined,
  { uptimeMs = HOUR_MS, workers = ['10.0.0.2:5000'] } = {},
): string[] {
  const node: RedisNode = {
    facts: { node: '10.0.0.1:6379', info: '', config: undefined, viaCluster: false },
    version: '7.0.15',
    maxmemory: 0,
    usedMemory: 0,
    lastWriteFailed: false,
    uptimeMs,
    appendOnlyFile,
  };
  const examined = { redis: [node], lanes: { workers }, clock: { aheadMs: 0, uncertainMs: 0 } };
  return checkRedis(examined as unknown as Examined)
    .filter(({ check }) => check === 'append-only-file')
    .map(({ message, advice }) => `${message} -> ${advice}`);
}

describe('checkRedis', () => {
  it('reports a failed or missing rewrite of the append-only file', () => {
    const [failed] = check({ rewritten: 'failed', forbiddenTo: undefined });
    expect(failed).toMatch(/failed to rewrite .* BGREWRITEAOF`\.$/);
    const [forgotten] = check({ rewritten: 'no', forbiddenTo: undefined });
    expect(forgotten).toMatch(
      /not rewritten .* since its start.*`redis-cli -h 10\.0\.0\.1 -p 6379 BGREW/,
    );
  });

  it('reports nothing when the file was rewritten, may still be rewritten, or does not exist', () => {
    expect(check({ rewritten: 'yes', forbiddenTo: undefined })).toEqual([]);
    expect(check({ rewritten: 'no', forbiddenTo: undefined }, { uptimeMs: 5_000 })).toEqual([]);
    expect(check({ rewritten: 'no', forbiddenTo: undefined }, { workers: [] })).toEqual([]);
    expect(check(undefined)).toEqual([]);
  });
});
