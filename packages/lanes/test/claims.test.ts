import { readUpdate } from '@chatlane/contracts';
import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/testing';
import { DeploymentRefused, openDeployment, type Intake } from '../src/index.js';
import { message } from './lanes.testkit.js';

const name = 'claimed';
const botId = '111';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);
const deployment = openDeployment({ redis, name });

let intakes: Intake[] = [];
beforeEach(() => redis.flushall());
afterEach(async () => {
  await Promise.all(intakes.map((each) => each.close()));
  intakes = [];
});

function open(bot = botId): Intake {
  const intake = deployment.intake({ botId: bot });
  intakes.push(intake);
  return intake;
}

function push(intake: Intake, updateId: number): ReturnType<Intake['push']> {
  const update = message(updateId, updateId, 'hello');
  return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
}

const mail = async (): Promise<string[]> => (await redis.keys(`{${name}:*}:mail:*`)).sort();

describe('an intake', () => {
  it('stores nothing for a bot that does not own the deployment', async () => {
    await deployment.claim(botId);
    await expect(push(open('222'), 1)).rejects.toThrow(DeploymentRefused);
    await expect(push(open('222'), 1)).rejects.toThrow('belongs to bot 111');
    expect(await mail()).toEqual([]);
    expect(await push(open(), 1)).toBe('stored');
  });

  it('rejects pushes of a process that was cut off while another bot adopted the deployment', async () => {
    const cutOff = open();
    await push(cutOff, 1);
    await deployment.adopt('222');
    const now = performance.now.bind(performance);
    performance.now = () => now() + 10_000;
    await expect(push(cutOff, 2)).rejects.toThrow('belongs to bot 222');
    performance.now = now;
    const adopter = open('222');
    expect(await push(adopter, 2)).toBe('stored');
    expect(await push(adopter, 1)).toBe('stored');
  });

  it('continues after Redis has lost its data', async () => {
    const intake = open();
    await push(intake, 1);
    await redis.flushall();
    expect(await Promise.all([2, 3, 4].map((id) => push(intake, id)))).toEqual(
      Array.from({ length: 3 }, () => 'stored'),
    );
  });
});
