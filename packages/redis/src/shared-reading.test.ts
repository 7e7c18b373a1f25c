import { shareReading } from './shared-reading.js';

describe('shareReading', () => {
  it('reads once for all concurrent calls, and again for later ones', async () => {
    let reads = 0;
    const read = shareReading(() => Promise.resolve((reads += 1)));
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    expect(await read()).toBe(2);
  });

  it('returns undefined when the reading fails, and reads again', async () => {
    let fails = true;
    const read = shareReading(() =>
      fails ? Promise.reject(new Error('Redis is unavailable.')) : Promise.resolve('read'),
    );
    expect(await read()).toBeUndefined();
    fails = false;
    expect(await read()).toBe('read');
  });
});
