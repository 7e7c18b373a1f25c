import { setTimeout as sleep } from 'node:timers/promises';
import { startSentinelRedis, type SentinelRedis } from '../harness/redis-sentinel.js';
import { startSmallSystem, type SmallSystem } from '../harness/small-system.js';

let sentinel: SentinelRedis;
let system: SmallSystem;
beforeAll(async () => {
  sentinel = await startSentinelRedis();
  system = await startSmallSystem(sentinel.url);
});
afterAll(async () => {
  await system?.stop();
  await sentinel?.stop();
});

describe('a deployment behind Sentinels', () => {
  it('follows the Sentinels to the new master without losing acknowledged updates', async () => {
    const storm = system.storm({ chats: 20, pauseMs: 20 });
    await sleep(1_000);
    const before = storm.refusals;
    // The only replica becomes the master, so no replica can confirm updates and none are acknowledged.
    await sentinel.master.stop();
    await sentinel.startReplica();
    expect(storm.refusals).toBeGreaterThan(before);
    await storm.stop();
    expect(await system.committed(storm)).toEqual(storm.acknowledged);

    const status = await system.ops('status --json');
    expect(JSON.parse(status.text)).toMatchObject({ redis: { masters: 1 }, ingresses: 2 });
    const { text } = await system.ops('doctor');
    // The new master, at the address that the Sentinels announced.
    const [, port] =
      /Redis at 127\.0\.0\.1:(\d+) is a master that keeps nothing on disk/.exec(text) ?? [];
    expect(text).toContain(`redis-cli -h 127.0.0.1 -p ${port} CONFIG SET appendonly yes`);
    expect(Number(port)).not.toBe(sentinel.master.port);
  });
});
