import type { AppendOnlyFile, RedisNode } from '../redis-nodes.js';
import type { Examined } from './finding.js';
import { checkRedis } from './redis-checks.js';

const HOUR_MS = 3_600_000;

/** What doctor says of a server with this append-only file. */
function judge(
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

it('finds an append-only file that could not be written anew, or that no worker asked for', () => {
  const [failed] = judge({ rewritten: 'failed', forbiddenTo: undefined });
  expect(failed).toMatch(/could not write .* BGREWRITEAOF\.$/);
  const [forgotten] = judge({ rewritten: 'no', forbiddenTo: undefined });
  expect(forgotten).toMatch(
    /not written .* since its start.* redis-cli -h 10\.0\.0\.1 -p 6379 BGREW/,
  );
});

it('finds nothing where it was written anew, may still be, or does not exist', () => {
  expect(judge({ rewritten: 'yes', forbiddenTo: undefined })).toEqual([]);
  expect(judge({ rewritten: 'no', forbiddenTo: undefined }, { uptimeMs: 5_000 })).toEqual([]);
  expect(judge({ rewritten: 'no', forbiddenTo: undefined }, { workers: [] })).toEqual([]);
  expect(judge(undefined)).toEqual([]);
});
