import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { ok, startClient, type Reply } from '../bot-api.testkit.js';
import { createSilenceWatch } from './silence-watch.js';
import { createPauses } from '../pauses/create-pauses.js';
import type { OutageSettings, TelegramClientOptions } from '../client.js';

/** A client that has reached Telegram; `world.reply` then determines the responses. */
async function startReachable(
  options: Partial<TelegramClientOptions> = {},
  settings: Partial<OutageSettings> = {},
) {
  const world: { reply: (method: string) => Reply | Promise<Reply> } = { reply: () => ok };
  const outage = {
    ...{ pauses: createPauses({ name: 'alone' }), minProbeIntervalMs: 20, maxProbeIntervalMs: 50 },
    silenceMs: 100,
    ...settings,
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

describe('an outage in which Telegram accepts calls but does not respond', () => {
  it('is detected long before a call reaches its time limit', async () => {
    await using test = await startReachable();
    test.world.reply = () => 'hang';
    // The time limit of uploads is five minutes.
    const upload = test.telegram.sendPhoto(42, photo);
    await until(() => test.outage.state() !== undefined);
    expect(test.clocksStopped()).toBe(1);
    test.world.reply = () => ok;
    // The upload never gets a response, because its connection died in the outage.
    await expect(upload).rejects.toMatchObject({ nextAction: 'retry', maybeSent: true });
    expect(test.outage.state()).toBeUndefined();
    expect(test.clocksStopped()).toBe(0);
  });

  it('ends a call that it left without a response, even if the outage ended between two checks', async () => {
    await using test = await startReachable({}, { minProbeIntervalMs: 1, maxProbeIntervalMs: 1 });
    let probes = 0;
    // The second probe, a millisecond after the first has failed, succeeds.
    test.world.reply = (method) => (method === 'getMe' && ++probes > 1 ? ok : 'hang');
    await expect(test.telegram.sendPhoto(42, photo)).rejects.toMatchObject({ maybeSent: true });
  });

  it('ends a request that began during it, if the request is still silent after the outage', async () => {
    let isAway = true;
    let suspicions = 0;
    const watch = createSilenceWatch(
      {
        state: () => (isAway ? { scope: 'deployment', sinceMs: 1 } : undefined),
        suspect: () => Promise.resolve(++suspicions > 0),
        onAway: () => () => undefined,
      },
      20,
    );
    const startedAt = performance.now();
    let endedMs = 0;
    const request = watch(() => (endedMs ||= performance.now() - startedAt));
    await sleep(50);
    expect(endedMs).toBe(0);
    isAway = false;
    await until(() => endedMs > 0);
    request.end();
    // The request gets the whole time again after the last check that saw the outage.
    expect(endedMs).toBeGreaterThanOrEqual(60);
    expect(suspicions).toBe(0);
  });

  it('is waited out by a call that is safe to repeat', async () => {
    await using test = await startReachable();
    test.world.reply = () => 'hang';
    const edit = test.telegram.editMessageText(42, 7, undefined, 'new');
    await until(() => test.outage.state() !== undefined);
    test.world.reply = () => ok;
    expect(await edit).toBe(true);
    expect(test.api.methods().filter((method) => method === 'editMessageText')).toHaveLength(2);
  });

  it('is suspected at the first failure of a call that is retried', async () => {
    await using test = await startReachable({ attempts: 2, retryDelayMs: 200 });
    test.world.reply = () => ({ error: 502 });
    const call = test.telegram.getChat(42);
    await until(() => test.outage.state() !== undefined);
    expect(test.api.methods().filter((method) => method === 'getChat')).toHaveLength(1);
    test.world.reply = () => ok;
    expect(await call).toBe(true);
  });
});

describe('a slow call', () => {
  it('goes on while probes succeed', async () => {
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
