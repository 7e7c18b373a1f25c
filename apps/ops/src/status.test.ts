import { createInterface } from 'node:readline';
import { startDeployment, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

describe('chatlane-ops status', () => {
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
    expect(widest(out)).toBeLessThanOrEqual(80);
  });

  it('shows how many lanes have failed, and the longest-resting one', async () => {
    expect((await deployment.ops('status')).out).toMatch(/^failed +none$/m);
    const worker = await deployment.worker(
      () => Promise.reject(Object.assign(new Error('a secret text'), { errorCode: 502 })),
      { maxAttempts: 5, backOffMs: () => 60_000 },
    );
    await until(async () => (await deployment.operator.lanes.show('c:1'))?.state === 'resting');
    await deployment.push(5, 50);
    await until(async () => (await deployment.operator.lanes.show('c:5'))?.state === 'resting');
    const { out } = await deployment.ops('status');
    expect(out).toMatch(/^failed +2 lanes to be retried$/m);
    expect(out).toMatch(
      /^resting longest +c:1, oldest event .* \(502 Bad Gateway in attempt 1\)$/m,
    );
    expect(await deployment.json('status')).toMatchObject({
      failing: 2,
      restingLongest: { lane: 'c:1' },
    });
    await worker.stop(AbortSignal.timeout(1_000));
    for (const lane of ['c:1', 'c:5']) await deployment.operator.drop(lane);
  });

  it('refreshes until it is interrupted, and measures throughput', async () => {
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
});
