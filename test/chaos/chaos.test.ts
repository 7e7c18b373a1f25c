import { randomInt } from 'node:crypto';
import { runChaos } from './run.js';

it('breaks no invariant in a short run of the chaos suite', async () => {
  const seed = randomInt(1_000_000);
  const report = await runChaos({
    seed,
    cluster: false,
    faults: Infinity,
    seconds: 15,
    updatesPerSecond: 50,
    pauseMs: 3_000,
    quietSeconds: 200,
  });
  expect({ seed, violations: report.violations }).toEqual({ seed, violations: [] });
  expect(report.faults).toBeGreaterThan(5);
}, 300_000);
