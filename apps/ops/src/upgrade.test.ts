import { startDeployment, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeEach(async () => {
  deployment = await startDeployment();
});
afterEach(() => deployment.stop());

describe('chatlane-ops upgrade', () => {
  it('migrates the data of an older version after a confirmation', async () => {
    await deployment.redis.set('{chatlane}:partitions', 1);
    await deployment.redis.set('{chatlane:0}:session:c:5:5', '{"step":2}');
    const refused = await deployment.ops('upgrade');
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/Older versions will no longer start on it[\s\S]* --yes/);
    expect(await deployment.json('upgrade --yes')).toMatchObject({ from: 1, moved: 1 });
    expect((await deployment.ops('sessions get c:5 5')).out).toContain('size  10 B');
    expect((await deployment.ops('upgrade')).out).toBe('chatlane needs no upgrade.\n');
  });
});

it.each([
  ['an older version has written', { '{chatlane}:partitions': '8' }, 'by an older version'],
  ['was upgraded in part', { '{chatlane}:repartition': '8 64' }, 'was interrupted'],
])('other commands refuse data that %s', async (_, keys, says) => {
  await deployment.redis.mset({ '{chatlane}:partitions': '8', ...keys });
  const [list, drop, doctor] = await Promise.all([
    deployment.ops('lanes list'),
    deployment.ops('lanes drop c:1 --yes'),
    deployment.ops('doctor'),
  ]);
  expect([list.code, drop.code, doctor.code]).toEqual([1, 1, 1]);
  expect(list.errors).toContain(says);
  expect(list.errors).toContain('run `upgrade`');
  expect(doctor.out).toMatch(/!! {2}.* no process will start/);
  expect(await deployment.ops('upgrade --yes')).toMatchObject({ code: 0 });
  expect(await deployment.json<object[]>('lanes list')).toEqual([]);
});
