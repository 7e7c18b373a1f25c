import { downloadsUnderFire } from './under-fire.js';

describe('a deployment with two downloaders', () => {
  it('stores each file once and answers it once while processes die, connections break and links expire', async () => {
    const report = await downloadsUnderFire({
      files: 40,
      chats: 10,
      maxBytes: 4 * 2 ** 20,
      seed: 7,
      seconds: 500,
    });
    expect(report.problems).toEqual([]);
    expect(Object.keys(report.faults)).not.toEqual([]);
    expect(report.peakBytes).toBeLessThan(150e6);
  }, 900_000);
});
