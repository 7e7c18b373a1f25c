import { Registry } from 'prom-client';
import { observeBroadcasts } from '../src/index.js';
import { startBroadcasts, TestSender, until, type TestBroadcasts } from './broadcasts.testkit.js';

let test: TestBroadcasts;
beforeAll(async () => {
  test = await startBroadcasts();
});
afterAll(() => test.stop());

describe('the metrics of broadcasts', () => {
  it('count outcomes, and show what runs, waits and stalls', async () => {
    const registry = new Registry();
    const observer = observeBroadcasts(registry, test);
    const value = async (series: string): Promise<number> => {
      const line = (await registry.metrics())
        .split('\n')
        .find((each) => each.startsWith(`${series} `));
      return Number(line?.split(' ')[1]);
    };
    const sender = new TestSender();
    let isHeld = true;
    sender.answer = async (chat) => {
      if (chat > 100) await until(() => !isHeld);
      return chat === 7 ? { outcome: 'blocked' } : { outcome: 'sent' };
    };
    await test.started(3, {}, Date.now() + 3_600_000);
    const id = await test.started(120);
    await test.runner(sender, { observer });
    await until(
      async () => (await value('chatlane_broadcast_messages_total{outcome="sent"}')) === 99,
    );
    expect(await value('chatlane_broadcast_messages_total{outcome="blocked"}')).toBe(1);
    expect(await value('chatlane_broadcast_messages_total{outcome="failed"}')).toBe(0);
    expect(await value('chatlane_broadcasts{state="running"}')).toBe(1);
    expect(await value('chatlane_broadcasts{state="scheduled"}')).toBe(1);
    expect(await value('chatlane_broadcast_pending_messages')).toBe(20);
    await until(async () => (await value('chatlane_broadcast_stalled_seconds')) > 0.9);
    isHeld = false;
    await until(async () => (await test.broadcasts.status(id)).state === 'finished');
    expect(await value('chatlane_broadcast_stalled_seconds')).toBe(0);
    expect(await value('chatlane_broadcasts{state="running"}')).toBe(0);
  });

  it('count broadcasts that pause by themselves', async () => {
    const registry = new Registry();
    const another = test.another();
    const sender = new TestSender();
    sender.answer = () => ({ outcome: 'failed', why: '400' });
    const id = await another.started(300);
    await another.runner(sender, { observer: observeBroadcasts(registry, another) });
    await until(async () => (await another.broadcasts.status(id)).state === 'paused');
    await until(async () =>
      /^chatlane_broadcast_error_pauses_total 1$/m.test(await registry.metrics()),
    );
  });
});
