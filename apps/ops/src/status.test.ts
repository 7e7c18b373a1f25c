import { createInterface } from 'node:readline';
import { startDeployment, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

it('shows lag, states, workers and dead letters on one screen', async () => {
  await deployment.push(1, 1);
  await deployment.push(1, 2);
  await deployment.operator.pause('c:2');
  const { code, out } = await deployment.ops('status');
  expect(code).toBe(0);
  expect(out).toMatch(/^waiting +2 events in 1 lane$/m);
  expect(out).toMatch(/^lanes +waking 1 {2}held 0 {2}resting 0 {2}paused 1$/m);
  expect(out).toMatch(/^wake-ups +waiting 1 /m);
  expect(out).toMatch(/^outbox +empty$/m);
  expect(out).toMatch(/^workers +none$/m);
  expect(out).toMatch(/^dead letters +0$/m);
  expect(widest(out)).toBeLessThanOrEqual(100);
});

it('watches until it is interrupted, and sees what goes through', async () => {
  await deployment.worker(() => Promise.resolve());
  const watch = deployment.start('status --watch --json');
  interface Screen {
    perSecond: { pushed: number; settled: number };
    workers: string[];
    deadLetters: number;
  }
  const screens: Screen[] = [];
  createInterface({ input: watch.stdout! }).on('line', (line) =>
    screens.push(JSON.parse(line) as Screen),
  );
  let id = 100;
  await until(async () => {
    for (let count = 0; count < 5; count += 1) await deployment.push(9, (id += 1));
    return screens.some(({ perSecond }) => perSecond.pushed > 0 && perSecond.settled > 0);
  });
  expect(screens.at(-1)).toMatchObject({ deadLetters: 0, workers: [expect.any(String)] });
  const ended = new Promise((resolve) => watch.once('close', resolve));
  watch.kill('SIGINT');
  expect(await ended).toBe(0);
});
