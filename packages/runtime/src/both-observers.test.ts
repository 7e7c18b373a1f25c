import { bothObservers } from './both-observers.js';

it('tells two observers of the same, one after the other, and each of what is its own', () => {
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
