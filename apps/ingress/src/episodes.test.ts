import { createEpisodes } from './episodes.js';

describe('an episode', () => {
  it('begins once, and again only after a minute of quiet', () => {
    let now = 0;
    const { begins } = createEpisodes(() => now);
    const at = (time: number, name = 'c:7'): boolean => {
      now = time;
      return begins(name);
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

  it('is forgotten, the longest quiet first, when there are too many', () => {
    const { begins } = createEpisodes(() => 0);
    for (let lane = 0; lane <= 1_000; lane += 1) begins(`${lane}`);
    expect([begins('1000'), begins('0')]).toEqual([false, true]);
  });
});
