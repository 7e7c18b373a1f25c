import { memoryStore } from './stores/memory-store.js';
import { storeBackend } from './backends.js';
import { laneOf } from './turn.testkit.js';

const key = 'c:42:42';

/** The backend of one attempt at one event. */
function attemptOf(store: object, eventId: string | undefined, attempt = 1, signal?: AbortSignal) {
  const { turn } = laneOf().context({
    ...(eventId !== undefined && { eventId }),
    attempt,
    ...(signal && { signal }),
  });
  return storeBackend(store as ReturnType<typeof memoryStore>, turn, key);
}

describe('a session in a store with compare-and-set', () => {
  it('is not overwritten by a worker that was frozen while its turn was repeated', async () => {
    const store = memoryStore();
    const frozen = attemptOf(store, '1');
    await frozen.load();
    const repeated = attemptOf(store, '1', 2);
    await repeated.load();
    await expect(frozen.save(JSON.stringify('late'))).rejects.toMatchObject({
      name: 'StaleSessionError',
      nextAction: 'retry',
      message: expect.stringMatching(/lane c:42 .* try the turn again/) as string,
    });
    await repeated.save(JSON.stringify('right'));
    expect(await store.get(key)).toBe('right');
  });

  it('is not overwritten by a frozen worker when the repeated turn wrote nothing either', async () => {
    const store = memoryStore();
    await store.set(key, 'before');
    const frozen = attemptOf(store, '1');
    await frozen.load();
    await attemptOf(store, '1', 2).load();
    await attemptOf(store, '2').load();
    await expect(frozen.save(JSON.stringify('late'))).rejects.toThrow('Nothing was overwritten');
    expect(await store.get(key)).toBe('before');
  });

  it('is undone only by a repetition of the same event, whatever its attempt number', async () => {
    const store = memoryStore();
    await store.set(key, 'before');
    const first = attemptOf(store, '1');
    await first.load();
    await first.save(JSON.stringify('half'));
    await first.save(JSON.stringify('whole'));
    // The attempt number is the same: a shutdown of the worker does not count as an attempt.
    const second = attemptOf(store, '1');
    expect(await second.load()).toMatchObject({ content: 'before' });
    await second.save(JSON.stringify('whole'));
    const next = attemptOf(store, '2');
    expect(await next.load()).toMatchObject({ content: 'whole' });
    expect(await attemptOf(store, undefined).load()).toMatchObject({ content: 'whole' });
  });

  it('is not written when it did not change, unless the write extends its life', async () => {
    const store = memoryStore();
    await store.set(key, { b: 1, a: [1] });
    const { version } = (await store.read(key))!;
    const backend = attemptOf(store, '1');
    await backend.load();
    await backend.save(JSON.stringify({ b: 1, a: [1] }));
    expect((await store.read(key))!.version).toBe(version);
    const { turn } = laneOf().context({ eventId: '1' });
    const expiring = storeBackend(store, turn, key, 60);
    await expiring.load();
    await expiring.save(JSON.stringify({ b: 1, a: [1] }));
    expect(await store.read(key)).toMatchObject({
      version: version + 1,
      writtenBy: undefined,
    });
    expect((await store.read(key))!.lifeMs).toBeLessThanOrEqual(60_000);
  });

  it('is set aside without overwriting what was set aside before', async () => {
    const store = memoryStore();
    const backend = attemptOf(store, '1');
    for (const json of ['1', '2']) {
      await backend.setAside(json);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const kept: unknown[] = [];
    for await (const { key: at, json } of store.entries()) kept.push([at.split('~')[0], json]);
    expect(kept).toEqual([
      [key, '1'],
      [key, '2'],
    ]);
  });

  it('is not written by a turn that is over, whatever the store', async () => {
    for (const store of [memoryStore(), new Map()]) {
      const backend = attemptOf(store, '1', 1, AbortSignal.abort());
      await backend.load();
      await expect(backend.save(JSON.stringify('late'))).rejects.toThrow('abort');
      expect(await store.get(key)).toBeUndefined();
    }
  });
});

describe('a session in a database that several deployments share', () => {
  const backendOf = (store: object, turn: object) =>
    storeBackend(
      store as ReturnType<typeof memoryStore>,
      laneOf().context({ eventId: '1', ...turn }).turn,
      key,
    );

  it('is neither read nor undone by another deployment with the same user and update id', async () => {
    const store = memoryStore();
    const [cats, dogs] = [{ deployment: 'cats' }, { deployment: 'dogs' }];
    for (const bot of [cats, dogs]) {
      const backend = backendOf(store, bot);
      expect(await backend.load()).toBeUndefined();
      await backend.save(JSON.stringify(bot));
    }
    for (const bot of [cats, dogs]) {
      expect(await backendOf(store, { ...bot, eventId: '2' }).load()).toMatchObject({
        content: bot,
      });
    }
    expect(await store.get('{cats}:c:42:42')).toEqual(cats);
  });

  it('is moved from the key without a deployment, and can still be undone', async () => {
    const store = memoryStore();
    const old = backendOf(store, {});
    await old.load();
    await old.save(JSON.stringify('half'));
    const repeated = backendOf(store, { deployment: 'cats', attempt: 2 });
    expect(await repeated.load()).toBeUndefined();
    await repeated.save(JSON.stringify('whole'));
    expect(await store.get(key)).toBeUndefined();
    const next = backendOf(store, { deployment: 'cats', eventId: '2' });
    expect(await next.load()).toMatchObject({ content: 'whole' });
    // The worker of the first attempt was frozen, not dead.
    await expect(old.save(JSON.stringify('late'))).rejects.toThrow('Nothing was overwritten');
  });

  it('keeps its time to live when it is moved, and stays cleared if the move was cut short', async () => {
    const store = memoryStore();
    const session = { json: '"old"', writtenBy: undefined, previousJson: undefined };
    await store.write(key, { ...session, ttlSeconds: 60 }, 0);
    const backend = backendOf(store, { deployment: 'cats' });
    await backend.load();
    expect((await store.read('{cats}:c:42:42'))!.lifeMs).toBeLessThanOrEqual(60_000);
    // The state that a worker leaves if it dies before it removes the old row.
    await store.set(key, 'old');
    await backend.save(undefined);
    expect(await store.get(key)).toBeUndefined();
  });
});

describe('memoryStore', () => {
  const before = process.env['NODE_ENV'];
  afterEach(() => {
    process.env['NODE_ENV'] = before;
  });

  it('is refused in production with an error that names the alternatives', () => {
    process.env['NODE_ENV'] = 'production';
    expect(() => memoryStore()).toThrow(
      /not for production .* postgresStore\(\) or mongoStore\(\)/,
    );
  });
});
