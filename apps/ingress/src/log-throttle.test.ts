import { createLogThrottle } from './log-throttle.js';

describe('the log throttle', () => {
  it('allows an event once, and again only after a minute without it', () => {
    let now = 0;
    const { allows } = createLogThrottle(() => now);
    const at = (time: number, name = 'c:7'): boolean => {
      now = time;
      return allows(name);
    };
    expect([at(0), at(10), at(59_000), at(110_000), at(110_001, 'c:8')]).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(at(170_001)).toBe(true);
  });

  it('forgets the names that were not seen for the longest time when there are too many', () => {
    const { allows } = createLogThrottle(() => 0);
    for (let lane = 0; lane <= 1_000; lane += 1) allows(`${lane}`);
    expect([allows('1000'), allows('0')]).toEqual([false, true]);
  });
});
