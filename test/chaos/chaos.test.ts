import { randomInt } from 'node:crypto';
import { runChaos } from './run.js';

describe('a deployment under faults', () => {
  it('keeps all invariants in a short run of the chaos suite', async () => {
    const seed = randomInt(1_000_000);
    const report = await runChaos({
      seed,
      cluster: false,
      faults: 10,
      seconds: 300,
      updatesPerSecond: 50,
      pauseMs: 3_000,
      quietSeconds: 300,
    });
    expect({ seed, violations: report.violations }).toEqual({ seed, violations: [] });
    expect(report.faults).toBe(10);
    // The faults and the wait for the deployment to become idle both take long.
  }, 900_000);
});
