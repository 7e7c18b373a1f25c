import { earliestArrivals } from './earliest-arrivals.js';

describe('earliestArrivals', () => {
  it('allows five messages per chat immediately, then one per second', () => {
    const messages = Array.from({ length: 7 }, () => ({ chat: 1, readyAt: 1_000 }));
    const arrivals = earliestArrivals(messages);
    expect(arrivals.slice(0, 5)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    expect(arrivals[5]).toBeCloseTo(2_000);
    expect(arrivals[6]).toBeCloseTo(3_000);
  });

  it('allows thirty messages in total immediately, then thirty per second', () => {
    const messages = Array.from({ length: 60 }, (_, chat) => ({ chat, readyAt: 0 }));
    const arrivals = earliestArrivals(messages);
    expect(arrivals[29]).toBe(0);
    expect(arrivals[30]).toBeCloseTo(1_000 / 30);
    expect(arrivals[59]).toBeCloseTo(1_000);
  });

  it('returns the arrivals in the order of the messages, even if they become ready in another order', () => {
    expect(
      earliestArrivals([
        { chat: 1, readyAt: 500 },
        { chat: 2, readyAt: 100 },
      ]),
    ).toEqual([500, 100]);
  });
});
