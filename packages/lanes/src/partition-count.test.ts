import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/tooling';
import { claimPartitions, PartitionsRefused, readPartitionCount } from './partition-count.js';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

describe('claiming the partitions of a deployment', () => {
  it('is done by the first process for all others, which must have the same count', async () => {
    expect(await readPartitionCount(redis, 'new')).toBeUndefined();
    await claimPartitions(redis, 'new', 64);
    await claimPartitions(redis, 'new', 64);
    expect(await readPartitionCount(redis, 'new')).toBe(64);
    const refused = claimPartitions(redis, 'new', 8);
    await expect(refused).rejects.toThrow(PartitionsRefused);
    await expect(refused).rejects.toThrow(
      /PARTITIONS is 8, but new has 64 .* Set PARTITIONS=64, or .* `ops repartition --to 8`/,
    );
    expect(await readPartitionCount(redis, 'new')).toBe(64);
  });

  it('finds one partition where lanes ran before the count was stored', async () => {
    await redis.incr('{old:0}:epoch');
    await expect(claimPartitions(redis, 'old', 64)).rejects.toThrow('old has 1 partitions');
    await claimPartitions(redis, 'old', 1);
    expect(await redis.get('{old}:partitions')).toBe('1');
  });

  it('is refused to everybody while the count is being changed', async () => {
    await redis.set('{moving}:partitions', 4);
    await redis.set('{moving}:repartition', '4 8');
    for (const count of [4, 8]) {
      await expect(claimPartitions(redis, 'moving', count)).rejects.toThrow(
        'on its way from 4 to 8 partitions',
      );
    }
  });
});
