import { once } from 'node:events';
import { openDeployment } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
import type { Part } from '@chatlane/runtime';
import { startRedisWith } from '@chatlane/testing';
import { createDeploymentClaim } from './deployment-claim.js';

const { redis, stop } = await startRedisWith(connectRedis);
let part: Part | undefined;
afterEach(async () => {
  await part?.stop?.();
  await redis.flushall();
});
afterAll(stop);

const signal = new AbortController().signal;
const deployment = openDeployment({ redis, name: 'chatlane' });

describe('the deployment claim', () => {
  it('does not start on the lanes of another bot', async () => {
    await deployment.claim('111');
    part = createDeploymentClaim(deployment, { botId: '222', onRefused: () => undefined });
    await expect(part.start!(signal)).rejects.toThrow('belongs to bot 111');
  });

  it('detects that the deployment was handed to another bot', async () => {
    const refused = new EventTarget();
    const noticed = once(refused, 'refused');
    part = createDeploymentClaim(deployment, {
      botId: '111',
      everyMs: 10,
      onRefused: ({ message }) =>
        refused.dispatchEvent(new CustomEvent('refused', { detail: message })),
    });
    await part.start!(signal);
    await deployment.adopt('222');
    const [{ detail }] = (await noticed) as [CustomEvent<string>];
    expect(detail).toContain('belongs to bot 222');
  });
});
