import { bothObservers } from './both-observers.js';

describe('bothObservers', () => {
  it('calls both observers in order, or the one that has the method', () => {
    const calls: unknown[][] = [];
    const metrics = {
      ended: (kind: string, tookMs: number) => void calls.push(['metrics', kind, tookMs]),
      counted: () => void calls.push(['metrics']),
    };
    const log = {
      ended: (kind: string) => void calls.push(['log', kind]),
      trouble: (what: string, error: unknown) => void calls.push(['log', what, error]),
    };
    const observer = bothObservers(metrics, log);
    observer.ended('photo', 5);
    observer.counted();
    observer.trouble('fetch', undefined);
    expect(calls).toEqual([
      ['metrics', 'photo', 5],
      ['log', 'photo'],
      ['metrics'],
      ['log', 'fetch', undefined],
    ]);
  });
});
