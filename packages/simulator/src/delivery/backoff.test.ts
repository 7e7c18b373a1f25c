import { delayAfterFailureMs, retryAfterMs } from './backoff.js';

describe('the delay after a failure', () => {
  it('is 0, 2, 4, 8, 16, 32, then 60 to 64, then 60 to 120 seconds', () => {
    const shortest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 50].map((n) => delayAfterFailureMs(n, () => 0));
    const longest = [6, 7, 8, 50].map((n) => delayAfterFailureMs(n, () => 1));
    expect(shortest.map((ms) => ms / 1_000)).toEqual([0, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    expect(longest.map((ms) => ms / 1_000)).toEqual([32, 64, 120, 120]);
  });

  it.each([
    ['5', 5_000],
    ['99999', 3_600_000],
    ['0', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['1.5', undefined],
    [undefined, undefined],
  ])('with Retry-After: %s is %s ms', (header, ms) => expect(retryAfterMs(header)).toBe(ms));
});
