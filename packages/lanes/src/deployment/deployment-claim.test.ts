import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/testing';
import {
  adoptDeployment,
  claimDeployment,
  DeploymentRefused,
  readClaim,
} from './deployment-claim.js';

const { server, redis, stop } = await startRedisWith(connectRedis);
beforeEach(() => redis.flushall());
afterAll(stop);

const name = 'chatlane';
const claim = (botId = '111') => claimDeployment(redis, name, botId);

describe('the data of an older version', () => {
  it('is not used by any process before it is upgraded', async () => {
    await redis.set('{chatlane}:partitions', 1);
    await expect(claim()).rejects.toThrow(DeploymentRefused);
    await expect(claim()).rejects.toThrow(/older version .* `chatlane-ops upgrade`/);
    expect(await redis.keys('*')).toEqual(['{chatlane}:partitions']);
  });

  it('is not used by any process while it is being upgraded', async () => {
    await redis.mset('{chatlane}:partitions', 64, '{chatlane}:repartition', '64 64');
    await expect(claim()).rejects.toThrow('is being upgraded');
  });

  it('is distinguished from the data of this version, which the older version does not accept', async () => {
    expect(await readClaim(redis, name)).toEqual({ isUpgrading: false });
    await claim();
    await claim();
    expect(await readClaim(redis, name)).toEqual({ botId: '111', isUpgrading: false });
    expect(Number(await redis.get('{chatlane}:partitions'))).toBeNaN();
  });
});

describe('the bot of a deployment', () => {
  it('is set by the process that starts first; a process of another bot is refused, with both ids', async () => {
    await claim('111');
    await claim('111');
    await expect(claim('222')).rejects.toThrow(DeploymentRefused);
    await expect(claim('222')).rejects.toThrow(
      /CHATLANE_NAME: chatlane .* belongs to bot 111, .* BOT_TOKEN belongs to bot 222\. .* `chatlane-ops adopt`/,
    );
    await claimDeployment(redis, 'other', '222');
    expect(await redis.get('{chatlane}:bot')).toBe('111');
  });

  it('does not matter to a program that serves any bot', async () => {
    await claimDeployment(redis, name);
    await claim('111');
    await claimDeployment(redis, name);
    expect(await readClaim(redis, name)).toEqual({ botId: '111', isUpgrading: false });
  });

  it('changes only by an adoption, which deletes the seen marks of the previous bot', async () => {
    await claim('111');
    await redis.mset('{chatlane}:seen:7', 'x', '{chatlane:1}:seen:9', 'x', '{other:0}:seen:7', 'x');
    await redis.set('{chatlane:1}:session:c:5:5', '{}');
    expect(await adoptDeployment(redis, name, '222')).toEqual({ from: '111', to: '222' });
    await expect(claim('111')).rejects.toThrow('belongs to bot 222');
    await claim('222');
    expect((await redis.keys('*:seen:*')).sort()).toEqual(['{other:0}:seen:7']);
    expect(await redis.exists('{chatlane:1}:session:c:5:5')).toBe(1);
  });

  it('cannot be changed while processes of the deployment are connected', async () => {
    await claim('111');
    const own = `${name}-ingress`;
    const running = connectRedis({ url: server.url, name: own, whenDown: 'wait' });
    await running.ping();
    const adopted = adoptDeployment(redis, name, '222');
    await expect(adopted).rejects.toThrow(`(${own}): stop its processes first`);
    running.disconnect();
    expect(await redis.get('{chatlane}:bot')).toBe('111');
  });
});
