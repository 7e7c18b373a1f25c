import { readUpdate } from '@chatlane/contracts';
import { connectRedis } from '@chatlane/redis';
import { startRedisWith } from '@chatlane/tooling';
import {
  adoptDeployment,
  claimDeployment,
  createIntake,
  DeploymentRefused,
  repartition,
  type Intake,
} from '../src/index.js';
import { message } from './lanes.testkit.js';

const name = 'claimed';
const botId = '111';

const { redis, stop } = await startRedisWith(connectRedis);
afterAll(stop);

let intakes: Intake[] = [];
beforeEach(() => redis.flushall());
afterEach(async () => {
  await Promise.all(intakes.map((each) => each.close()));
  intakes = [];
});

function open(partitions: number, bot = botId): Intake {
  const intake = createIntake({ redis, name, partitions, botId: bot });
  intakes.push(intake);
  return intake;
}

function push(intake: Intake, updateId: number): ReturnType<Intake['push']> {
  const update = message(updateId, updateId, 'hello');
  return intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
}

const mail = async (): Promise<string[]> => (await redis.keys(`{${name}:*}:mail:*`)).sort();

it('stores nothing before the deployment was claimed', async () => {
  await claimDeployment(redis, { name, partitions: 8, botId });
  await expect(push(open(1), 1)).rejects.toThrow(DeploymentRefused);
  await expect(push(open(8, '222'), 1)).rejects.toThrow('belongs to bot 111');
  expect(await mail()).toEqual([]);
  expect(await push(open(8), 1)).toBe('stored');
});

it('refuses the pushes of a process that was cut off while the number of partitions changed', async () => {
  const [ingress, cutOff] = [open(4), open(4)];
  for (let id = 1; id <= 20; id += 1) expect(await push(cutOff, id)).toBe('stored');
  await repartition(redis, name, { to: 8 });
  const before = await mail();
  for (let id = 101; id <= 120; id += 1) {
    await expect(push(cutOff, id)).rejects.toThrow('claimed has 8 partitions');
  }
  await expect(
    ingress.pushInternal({ type: 'internal', id: 'e', kind: 'note', payload: 1 }, 'c:5'),
  ).rejects.toThrow('claimed has 8 partitions');
  expect(await mail()).toEqual(before);
  const after = open(8);
  for (let id = 101; id <= 120; id += 1) expect(await push(after, id)).toBe('stored');
});

it('refuses pushes while the number changes, so that none lands behind the mover', async () => {
  const cutOff = open(4);
  await push(cutOff, 1);
  const stopping = new AbortController();
  const stopped = repartition(redis, name, { to: 8, signal: stopping.signal }, () =>
    stopping.abort(new Error('cut short')),
  );
  await expect(stopped).rejects.toThrow('cut short');
  await expect(push(cutOff, 2)).rejects.toThrow('on its way from 4 to 8 partitions');
  await repartition(redis, name, { to: 8 });
  expect(await mail()).toHaveLength(1);
});

it('refuses the pushes of a process that was cut off while another bot adopted the deployment', async () => {
  const cutOff = open(4);
  await push(cutOff, 1);
  await adoptDeployment(redis, name, '222');
  await expect(push(cutOff, 2)).rejects.toThrow('belongs to bot 222');
  const adopter = open(4, '222');
  expect(await push(adopter, 2)).toBe('stored');
  expect(await push(adopter, 1)).toBe('stored');
});

it('goes on by the same number when Redis has lost its data meanwhile', async () => {
  const intake = open(8);
  await push(intake, 1);
  await redis.flushall();
  expect(await Promise.all([2, 3, 4].map((id) => push(intake, id)))).toEqual(
    Array.from({ length: 3 }, () => 'stored'),
  );
  expect(await redis.get(`{${name}}:partitions`)).toBe('8');
  await expect(claimDeployment(redis, { name, partitions: 1, botId })).rejects.toThrow(
    'Set PARTITIONS=8',
  );
});
