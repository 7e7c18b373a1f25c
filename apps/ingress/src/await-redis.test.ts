import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { startIngress } from './service.testkit.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer(['--user', 'me', 'on', '>right', '~*', '&*', '+@all']);
});
afterAll(() => server.stop());

describe('an ingress that is starting', () => {
  it.each([
    ['the database', (url: string) => url.replace('://', '://me:right@') + '/16', /ERR DB index/],
    ['the password', (url: string) => url.replace('://', '://me:wrong@'), /WRONGPASS/],
  ])('fails when Redis rejects %s', async (_what, urlOf, reason) => {
    const started = startIngress({ REDIS_URL: urlOf(server.url), PUSH_TIMEOUT_MS: '10000' });
    await expect(started).rejects.toThrow(/^REDIS_URL: Redis refuses the connection \(.*\)\.$/);
    await expect(started).rejects.toThrow(reason);
    await expect(started).rejects.not.toThrow('wrong@');
  });
});
