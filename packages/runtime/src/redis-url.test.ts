import { defaultPartitions, isRedisUrl, redisSecrets } from './redis-url.js';

it.each([
  'redis://127.0.0.1:6379/2',
  'rediss://me:pass@host',
  'redis://me:pass@a:7000,b:7001',
  'redis://a:7000,redis://b:7001',
  'redis+sentinel://a:26379,b/mymaster/1',
])('takes %s for an address of Redis', (url) => {
  expect(isRedisUrl(url)).toBe(true);
});

it.each([
  'http://a',
  'redis://',
  'redis://a:99999',
  'redis://a,rediss://b',
  'redis://a:1,b:2/1',
  'redis+sentinel://a:26379',
  'redis+sentinel://a:x/mymaster',
])('does not take %s for one', (url) => {
  expect(isRedisUrl(url)).toBe(false);
});

it('tells the partitions of a new deployment, and what no log may show', () => {
  expect(defaultPartitions('redis://a')).toBe(1);
  expect(defaultPartitions('redis+sentinel://a,b/m')).toBe(1);
  expect(defaultPartitions('redis://a,b')).toBe(64);
  expect(redisSecrets('redis://u:one@a,redis://:two%21@b')).toEqual(['one', 'two!']);
});
