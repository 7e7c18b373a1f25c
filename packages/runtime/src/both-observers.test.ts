import { bothObservers } from './both-observers.js';

describe('bothObservers', () => {
  it('calls both observers in order, or the one that has the method', () => {
    const heard: unknown[][] = [];
    const metrics = {
      ended: (kind: string, tookMs: number) => void heard.push(['metrics', kind, tookMs]),
      counted: () => void heard.push(['metrics']),
    };
    const log = {
      ended: (kind: string) => void heard.push(['log', kind]),
      trouble: (what: string, error: unknown) => void heard.push(['log', what, error]),
    };
    const observer = bothObservers(metrics, log);
    observer.ended('photo', 5);
    observer.counted();
    observer.trouble('fetch', undefined);
    expect(heard).toEqual([
      ['metrics', 'photo', 5],
      ['log', 'photo'],
      ['metrics'],
      ['log', 'fetch', undefined],
    ]);
  });
});
