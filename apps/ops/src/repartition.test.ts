import { startDeployment, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

it('changes the number of partitions, and finds every lane where it is then', async () => {
  for (const chat of [1, 2, 3, 4, 5]) await deployment.push(chat, chat);
  const refused = await deployment.ops('repartition --to 8');
  expect(refused.code).toBe(2);
  expect(refused.errors).toMatch(/from 1 partition to 8\. .* --yes/);
  expect(await deployment.json('repartition --to 8 --yes')).toMatchObject({ from: 1, to: 8 });
  const lanes = await deployment.json<{ lane: string; waiting: number }[]>('lanes list');
  expect(lanes.map(({ lane }) => lane).sort()).toEqual(['c:1', 'c:2', 'c:3', 'c:4', 'c:5']);
  const doctor = await deployment.ops('doctor');
  expect(doctor.out).toMatch(/!! {2}The deployment has 8 partitions, but the settings say 1/);
});

it('lets nobody look at lanes that are in two places, and says how to end it', async () => {
  await deployment.redis.set('{chatlane}:repartition', '8 2');
  const [list, drop, doctor] = await Promise.all([
    deployment.ops('lanes list'),
    deployment.ops('lanes drop c:1 --yes'),
    deployment.ops('doctor'),
  ]);
  expect([list.code, drop.code, doctor.code]).toEqual([1, 1, 1]);
  expect(list.errors).toMatch(/from 8 to 2 partitions: `repartition --to 2` has to end first/);
  expect(doctor.out).toMatch(/!! {2}.* on its way from 8 to 2 partitions: no process starts/);
  expect(await deployment.ops('repartition --to 2 --yes')).toMatchObject({ code: 0 });
  expect(await deployment.json<object[]>('lanes list')).toHaveLength(5);
});
