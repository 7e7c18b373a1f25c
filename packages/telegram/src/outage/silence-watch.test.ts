import { until } from '@chatlane/tooling';
import { ok, startClient, type Reply } from '../bot-api.testkit.js';
import { createPauses } from '../pauses/create-pauses.js';
import type { TelegramClientOptions } from '../client.js';

/** A client that has reached Telegram, whose requests are then answered as `world.reply` says. */
async function startReachable(options: Partial<TelegramClientOptions> = {}) {
  const world: { reply: (method: string) => Reply | Promise<Reply> } = { reply: () => ok };
  const outage = {
    ...{ pauses: createPauses({ name: 'alone' }), minProbeIntervalMs: 20, maxProbeIntervalMs: 50 },
    silenceMs: 100,
  };
  const test = await startClient(({ method }) => world.reply(method), { outage, ...options });
  test.client.outage!.start();
  let stopped = 0;
  const pauseClock = () => {
    stopped += 1;
    return () => void (stopped -= 1);
  };
  const telegram = test.client.forTurn({ ...test.turn, pauseClock });
  return Object.assign(test, {
    world,
    telegram,
    outage: test.client.outage!,
    clocksStopped: () => stopped,
    probes: () => test.api.methods().filter((method) => method === 'getMe').length,
  });
}

const photo = { source: Buffer.from('a photo'), filename: 'a.png' };

describe('a Telegram that accepts calls and does not answer', () => {
  it('is found to be away long before a call has reached its own limit', async () => {
    await using test = await startReachable();
    test.world.reply = () => 'hang';
    // Its limit is five minutes.
    const upload = test.telegram.sendPhoto(42, photo);
    await until(() => test.outage.state() !== undefined);
    expect(test.clocksStopped()).toBe(1);
    test.world.reply = () => ok;
    // It is not answered any more: its connection belongs to the outage.
    await expect(upload).rejects.toMatchObject({ nextAction: 'retry', maybeSent: true });
    expect(test.outage.state()).toBeUndefined();
    expect(test.clocksStopped()).toBe(0);
  });

  it('is waited out by a call that may be repeated', async () => {
    await using test = await startReachable();
    test.world.reply = () => 'hang';
    const edit = test.telegram.editMessageText(42, 7, undefined, 'new');
    await until(() => test.outage.state() !== undefined);
    test.world.reply = () => ok;
    expect(await edit).toBe(true);
    expect(test.api.methods().filter((method) => method === 'editMessageText')).toHaveLength(2);
  });

  it('is suspected at the first failure of a call that is tried again', async () => {
    await using test = await startReachable({ attempts: 2, retryDelayMs: 200 });
    test.world.reply = () => ({ error: 502 });
    const call = test.telegram.getChat(42);
    await until(() => test.outage.state() !== undefined);
    expect(test.api.methods().filter((method) => method === 'getChat')).toHaveLength(1);
    test.world.reply = () => ok;
    expect(await call).toBe(true);
  });
});

describe('a call that merely takes long', () => {
  it('goes on, as probes are answered', async () => {
    await using test = await startReachable();
    let answer: ((reply: Reply) => void) | undefined;
    const hanging = new Promise<Reply>((resolve) => (answer = resolve));
    test.world.reply = (method) => (method === 'getMe' ? ok : hanging);
    const slow = test.telegram.sendPhoto(42, photo);
    await until(() => test.probes() >= 2);
    expect(test.outage.state()).toBeUndefined();
    answer!({ result: 'at last' });
    expect(await slow).toBe('at last');
    expect(test.clocksStopped()).toBe(0);
  });
});
