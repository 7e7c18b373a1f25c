import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/tooling';
import { adoptDeployment } from './adopt-deployment.js';
import { claimDeployment, readClaim } from './deployment-claim.js';
import { DeploymentRefused } from './deployment-refused.js';

const { server, redis, stop } = await startRedisWith(connectRedis);
beforeEach(() => redis.flushall());
afterAll(stop);

const name = 'chatlane';
const claim = (partitions: number, botId = '111') =>
  claimDeployment(redis, { name, partitions, botId });

describe('the number of partitions', () => {
  it('is fixed by the first process, and another number is refused', async () => {
    expect(await readClaim(redis, name)).toEqual({});
    await claim(64);
    await claim(64);
    expect(await readClaim(redis, name)).toMatchObject({ partitions: 64 });
    await expect(claim(8)).rejects.toThrow(DeploymentRefused);
    await expect(claim(8)).rejects.toThrow(
      /PARTITIONS is 8, but chatlane has 64 .* Set PARTITIONS=64, or .* `chatlane-ops repartition --to 8`/,
    );
    expect(await readClaim(redis, name)).toMatchObject({ partitions: 64 });
  });

  it('is 1 where lanes of only one partition ran before the number was stored', async () => {
    await redis.incr('{chatlane:0}:epoch');
    await expect(claim(64)).rejects.toThrow('chatlane has 1 partition');
    await claim(1);
    expect(await redis.get('{chatlane}:partitions')).toBe('1');
  });

  it('is known from any partition when the deployment has lost it', async () => {
    await claim(64);
    await redis.del('{chatlane}:partitions', '{chatlane}:bot', '{chatlane:0}:claim');
    await redis.incr('{chatlane:0}:epoch');
    expect(await readClaim(redis, name)).toEqual({ partitions: 64, botId: '111' });
    await expect(claim(1)).rejects.toThrow('Set PARTITIONS=64');
    await expect(claim(64, '222')).rejects.toThrow('belongs to bot 111');
    await claim(64);
    expect(await redis.mget('{chatlane}:partitions', '{chatlane}:bot')).toEqual(['64', '111']);
  });

  it('is never taken for less than the partitions that lanes ran in', async () => {
    await redis.mset('{chatlane:0}:epoch', 1, '{chatlane:5}:epoch', 1);
    await expect(claim(1)).rejects.toThrow(DeploymentRefused);
    await expect(claim(1)).rejects.toThrow(/PARTITIONS is 1, but chatlane .* at least 6/);
    await claim(8);
    expect(await readClaim(redis, name)).toMatchObject({ partitions: 8 });
  });

  it('is refused to all processes while it is being changed', async () => {
    await redis.set('{chatlane}:partitions', 4);
    await redis.set('{chatlane}:repartition', '4 8');
    for (const count of [4, 8]) {
      await expect(claim(count)).rejects.toThrow('on its way from 4 to 8 partitions');
    }
  });
});

describe('the bot of a deployment', () => {
  it('is the one whose process starts first; another is refused with both ids', async () => {
    await claim(1, '111');
    await claim(1, '111');
    await expect(claim(1, '222')).rejects.toThrow(DeploymentRefused);
    await expect(claim(1, '222')).rejects.toThrow(
      /CHATLANE_NAME: chatlane .* belongs to bot 111, .* BOT_TOKEN is of bot 222\. .* `chatlane-ops adopt`/,
    );
    await claimDeployment(redis, { name: 'other', botId: '222' });
    expect(await redis.get('{chatlane}:bot')).toBe('111');
  });

  it('is not asked of a program that works for any bot', async () => {
    await claimDeployment(redis, { name });
    await claim(1, '111');
    await claimDeployment(redis, { name });
    expect(await readClaim(redis, name)).toEqual({ partitions: 1, botId: '111' });
  });

  it('changes only by an adoption, which forgets the update_ids of the bot before', async () => {
    await claim(2, '111');
    await redis.mset(
      '{chatlane:0}:seen:7',
      'x',
      '{chatlane:1}:seen:9',
      'x',
      '{other:0}:seen:7',
      'x',
    );
    await redis.set('{chatlane:1}:session:c:5:5', '{}');
    expect(await adoptDeployment(redis, name, '222')).toEqual({ from: '111', to: '222' });
    await expect(claim(2, '111')).rejects.toThrow('belongs to bot 222');
    await claim(2, '222');
    expect((await redis.keys('*:seen:*')).sort()).toEqual(['{other:0}:seen:7']);
    expect(await redis.exists('{chatlane:1}:session:c:5:5')).toBe(1);
  });

  it('is not changed while processes of the deployment are connected', async () => {
    await claim(1, '111');
    const own = `${name}-ingress`;
    const running = connectRedis({ url: server.url, name: own, whenDown: 'wait' });
    await running.ping();
    const adopted = adoptDeployment(redis, name, '222');
    await expect(adopted).rejects.toThrow(`(${own}): stop its processes first`);
    running.disconnect();
    expect(await redis.get('{chatlane}:bot')).toBe('111');
  });
});
