import { createClock, type Clock } from '../clock.js';
import { createFaults } from '../faults.js';
import { createFeed } from '../feed.js';
import { startReceiver, until, type Answering } from '../simulator.testkit.js';
import { createDeliveryLog } from './delivery-log.js';
import { createUpdateQueue } from './update-queue.js';
import { createWebhookPoster } from './webhook-post.js';
import { createWebhookSender } from './webhook-sender.js';

/** Ten thousand times as fast as real time; records the waits it is asked for. */
function createNotingClock(): Clock & { waits: number[] } {
  const clock = createClock(10_000);
  const waits: number[] = [];
  return {
    ...clock,
    waits,
    after(delayMs, action) {
      waits.push(delayMs);
      return clock.after(delayMs, action);
    },
  };
}

/**
 * Delivers one update to a webhook, retrying until it succeeds. Returns the waits between the
 * attempts, in seconds.
 */
async function waitsOf(answer: Answering): Promise<number[]> {
  const receiver = await startReceiver(answer);
  const clock = createNotingClock();
  const unhurried = createClock(1);
  const queue = createUpdateQueue({ clock, firstUpdateId: 1, isAllowed: () => true });
  queue.push('message', { chat: { id: 1 } });
  const sender = createWebhookSender({
    queue,
    poster: createWebhookPoster({
      url: receiver.url,
      secretToken: '',
      maxConnections: 1,
      clock: unhurried,
    }),
    maxConnections: 1,
    clock,
    faults: createFaults(1),
    log: createDeliveryLog(createFeed()),
    random: () => 0.5,
    onError: () => undefined,
  });
  await until(() => queue.size() === 0);
  sender.stop();
  clock.close();
  unhurried.close();
  await receiver.stop();
  return clock.waits.map((ms) => ms / 1_000);
}

describe('the webhook sender', () => {
  it('waits 0, 2, 4, 8, 16 and 32 seconds after failures, then about one minute, then one to two minutes', async () => {
    const waits = await waitsOf(({ response }, nth) => {
      response.writeHead(nth < 10 ? 500 : 200).end();
    });
    expect(waits).toEqual([0, 2, 4, 8, 16, 32, 62, 90, 90]);
  });

  it('waits as long as Retry-After says, without growing the back-off', async () => {
    const waits = await waitsOf(({ response }, nth) => {
      if (nth === 1) response.writeHead(500).end();
      else if (nth <= 4) response.writeHead(503, { 'Retry-After': '5' }).end();
      else response.writeHead(nth === 5 ? 429 : 204).end();
    });
    expect(waits).toEqual([0, 5, 5, 5, 2]);
  });

  it('accepts Retry-After in seconds only, up to an hour', async () => {
    const headers = ['0', 'Wed, 21 Oct 2026 07:28:00 GMT', '9999'];
    const waits = await waitsOf(({ response }, nth) => {
      const header = headers[nth - 1];
      if (header === undefined) response.end();
      else response.writeHead(503, { 'Retry-After': header }).end();
    });
    expect(waits).toEqual([0, 2, 3_600]);
  });
});
