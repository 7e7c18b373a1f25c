import { downloadsUnderFire } from './under-fire.js';

it('stores each file once and answers it once, whatever is killed, cut or expired', async () => {
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
