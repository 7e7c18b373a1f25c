import type { BotEvent } from '@chatlane/contracts';
import { createClient, type Client } from '../src/index.js';
import { startLanes, until, type TestLanes } from './lanes.testkit.js';

let lanes: TestLanes;
const clients: Client[] = [];
beforeEach(async () => {
  lanes = await startLanes();
  await lanes.deployment.claim('123');
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await lanes.stop();
});

function open(options: Partial<Parameters<typeof createClient>[0]> = {}): Client {
  const client = createClient({ redisUrl: lanes.server.url, name: 'test', ...options });
  clients.push(client);
  return client;
}

describe('a client of a deployment', () => {
  it('sends events that a worker handles, each in the lane of its chat', async () => {
    const handled: unknown[] = [];
    await lanes.worker(({ lane, sessionKey, event }) => {
      const { name, data } = (event as { payload: unknown }).payload as BotEvent;
      return Promise.resolve(void handled.push([lane, sessionKey, name, data]));
    });
    const client = open();
    expect(await client.inLane(7, 'paid', { order: 1 })).toBe('stored');
    await client.inLane(-100, 'paid', undefined, { userId: 7 });
    await until(() => handled.length === 2);
    expect(handled).toEqual(
      expect.arrayContaining([
        ['c:7', 'c:7:7', 'paid', { order: 1 }],
        ['c:-100', 'c:-100:7', 'paid', null],
      ]),
    );
  });

  it('stores an event with an id once, even if two clients send it at the same time', async () => {
    const results = await Promise.all(
      [open(), open(), open()].map((client) => client.inLane(7, 'paid', 1, { id: 'evt_1' })),
    );
    expect(results.sort()).toEqual(['duplicate', 'duplicate', 'stored']);
    expect((await lanes.mailbox('c:7')).length).toBe(1);
  });

  it('rejects what is not valid, and sends nothing', async () => {
    const client = open();
    const wrong = [
      [client.inLane(NaN, 'a', 1), 'The chat of an event must be the numeric id of a chat.'],
      [client.inLane(7, '', 1), 'The name of an event must be 1 to 64'],
      [client.inLane(7, 'a', new Set()), 'data is a Set, which JSON cannot hold'],
      [client.inLane(7, 'a', 'x'.repeat(70_000)), 'The data of an event must be at most 65536'],
      [client.inLane(7, 'a', 1, { id: '' }), 'The id of an event must be a text'],
      [client.inLane(7, 'a', 1, { at: new Date(NaN) }), 'The at of an event must be a time'],
      [client.cancelLater(7, ''), 'The key of an event must be a text'],
    ] as const;
    for (const [sent, message] of wrong) await expect(sent).rejects.toThrow(message);
    expect(await lanes.mailbox('c:7')).toEqual([]);
  });

  it('rejects within its time limit while Redis is unavailable, and says so', async () => {
    const client = open({ redisUrl: 'redis://127.0.0.1:1', timeoutMs: 200 });
    await expect(client.inLane(7, 'a', 1)).rejects.toMatchObject({
      name: 'EventNotStoredError',
      message: expect.stringContaining('Redis does not answer (connect ECONNREFUSED') as string,
    });
  });

  it('rejects while Redis is frozen, and the repetition with the same id is stored once', async () => {
    const client = open({ timeoutMs: 300 });
    await client.inLane(7, 'a', 1);
    lanes.server.process.kill('SIGSTOP');
    const frozen = client.inLane(7, 'b', 1, { id: 'x' });
    await expect(frozen).rejects.toThrow('The event was not stored.');
    lanes.server.process.kill('SIGCONT');
    await until(() => client.inLane(7, 'b', 1, { id: 'x' }).then(Boolean, () => false));
    expect((await lanes.mailbox('c:7')).length).toBe(2);
  });

  it('rejects when Redis has no such deployment', async () => {
    await expect(open({ name: 'tset' }).inLane(7, 'a', 1)).rejects.toThrow(
      'This Redis has no deployment with the name tset.',
    );
    expect(await lanes.redis.keys('{tset}*')).toEqual([]);
  });

  it('finishes what it is storing when it is closed, and leaves no connection', async () => {
    const client = open();
    const sent = client.inLane(7, 'a', 1);
    await client.close();
    expect(await sent).toBe('stored');
    await expect(client.inLane(7, 'a', 1)).rejects.toThrow('the client is closed');
    await until(async () => !String(await lanes.redis.client('LIST')).includes('test-client'));
  });
});
