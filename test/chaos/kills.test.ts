import { randomInt } from 'node:crypto';
import { runKills } from './kills.js';

describe('workers that are killed while their handlers send', () => {
  it('repeat at most the sends in flight, and none whose answer had been read', async () => {
    const seed = randomInt(1_000_000);
    const report = await runKills({ kills: 10, seed });
    const { underWay, sends, lost, buried } = report;
    expect({ seed, lost, buried }).toEqual({ seed, lost: [], buried: [] });
    expect(sends.answers).toBeGreaterThan(report.kills);
    expect({ seed, duplicatesOfKnown: sends.duplicatesOfKnown }).toEqual({
      seed,
      duplicatesOfKnown: 0,
    });
    expect(sends.duplicates).toBeLessThanOrEqual(underWay);
  });
});
