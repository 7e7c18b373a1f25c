import { memoryStore } from './stores/memory-store.js';
import { storeDrawer } from './store-drawer.js';
import { laneOf } from './turn.testkit.js';

const key = 'c:42:42';

/** The session of one try of one event. */
function tryOf(store: object, eventId: string | undefined, attempt = 1, signal?: AbortSignal) {
  const { turn } = laneOf().context({
    ...(eventId !== undefined && { eventId }),
    attempt,
    ...(signal && { signal }),
  });
  return storeDrawer(store as ReturnType<typeof memoryStore>, turn, key);
}

describe('a session in a store that can compare and set', () => {
  it('is not written over by a worker that was frozen while its turn was repeated', async () => {
    const store = memoryStore();
    const frozen = tryOf(store, '1');
    await frozen.load();
    const repeated = tryOf(store, '1', 2);
    await repeated.load();
    await expect(frozen.save(JSON.stringify('late'))).rejects.toMatchObject({
      name: 'StaleSessionError',
      nextAction: 'retry',
      message: expect.stringMatching(/lane c:42 .* try the turn again/) as string,
    });
    await repeated.save(JSON.stringify('right'));
    expect(await store.get(key)).toBe('right');
  });

  it('is not written over by a frozen worker, also when the repeated turn wrote nothing', async () => {
    const store = memoryStore();
    await store.set(key, 'before');
    const frozen = tryOf(store, '1');
    await frozen.load();
    await tryOf(store, '1', 2).load();
    await tryOf(store, '2').load();
    await expect(frozen.save(JSON.stringify('late'))).rejects.toThrow('Nothing was overwritten');
    expect(await store.get(key)).toBe('before');
  });

  it('is undone once only: by the same event, whatever the attempt', async () => {
    const store = memoryStore();
    await store.set(key, 'before');
    const first = tryOf(store, '1');
    await first.load();
    await first.save(JSON.stringify('half'));
    await first.save(JSON.stringify('whole'));
    // A worker that shut down does not count as an attempt.
    const second = tryOf(store, '1');
    expect(await second.load()).toMatchObject({ content: 'before' });
    await second.save(JSON.stringify('whole'));
    const next = tryOf(store, '2');
    expect(await next.load()).toMatchObject({ content: 'whole' });
    expect(await tryOf(store, undefined).load()).toMatchObject({ content: 'whole' });
  });

  it('is not written when it did not change, unless that extends its life', async () => {
    const store = memoryStore();
    await store.set(key, { b: 1, a: [1] });
    const { version } = (await store.read(key))!;
    const drawer = tryOf(store, '1');
    await drawer.load();
    await drawer.save(JSON.stringify({ b: 1, a: [1] }));
    expect((await store.read(key))!.version).toBe(version);
    const { turn } = laneOf().context({ eventId: '1' });
    const expiring = storeDrawer(store, turn, key, 60);
    await expiring.load();
    await expiring.save(JSON.stringify({ b: 1, a: [1] }));
    expect(await store.read(key)).toMatchObject({
      version: version + 1,
      writtenBy: undefined,
    });
    expect((await store.read(key))!.lifeMs).toBeLessThanOrEqual(60_000);
  });

  it('puts nothing aside over what is there', async () => {
    const store = memoryStore();
    const drawer = tryOf(store, '1');
    for (const json of ['1', '2']) {
      await drawer.setAside(json);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const kept: unknown[] = [];
    for await (const { key: at, json } of store.entries()) kept.push([at.split('~')[0], json]);
    expect(kept).toEqual([
      [key, '1'],
      [key, '2'],
    ]);
  });

  it('is not written by a turn that is over, in whichever store', async () => {
    for (const store of [memoryStore(), new Map()]) {
      const drawer = tryOf(store, '1', 1, AbortSignal.abort());
      await drawer.load();
      await expect(drawer.save(JSON.stringify('late'))).rejects.toThrow('abort');
      expect(await store.get(key)).toBeUndefined();
    }
  });
});

describe('a session in a database of several deployments', () => {
  const drawerOf = (store: object, turn: object) =>
    storeDrawer(
      store as ReturnType<typeof memoryStore>,
      laneOf().context({ eventId: '1', ...turn }).turn,
      key,
    );

  it('is not seen or undone by another deployment with the same user and the same update id', async () => {
    const store = memoryStore();
    const [cats, dogs] = [{ deployment: 'cats' }, { deployment: 'dogs' }];
    for (const bot of [cats, dogs]) {
      const drawer = drawerOf(store, bot);
      expect(await drawer.load()).toBeUndefined();
      await drawer.save(JSON.stringify(bot));
    }
    for (const bot of [cats, dogs]) {
      expect(await drawerOf(store, { ...bot, eventId: '2' }).load()).toMatchObject({
        content: bot,
      });
    }
    expect(await store.get('{cats}:c:42:42')).toEqual(cats);
  });

  it('is moved from the key without a deployment, where earlier code kept it, with what its turn had written', async () => {
    const store = memoryStore();
    const old = drawerOf(store, {});
    await old.load();
    await old.save(JSON.stringify('half'));
    const repeated = drawerOf(store, { deployment: 'cats', attempt: 2 });
    expect(await repeated.load()).toBeUndefined();
    await repeated.save(JSON.stringify('whole'));
    expect(await store.get(key)).toBeUndefined();
    const next = drawerOf(store, { deployment: 'cats', eventId: '2' });
    expect(await next.load()).toMatchObject({ content: 'whole' });
    // The worker of the first try was frozen, not dead.
    await expect(old.save(JSON.stringify('late'))).rejects.toThrow('Nothing was overwritten');
  });

  it('keeps its life when it is moved, and does not come back once it was cleared', async () => {
    const store = memoryStore();
    const session = { json: '"old"', writtenBy: undefined, previousJson: undefined };
    await store.write(key, { ...session, ttlSeconds: 60 }, 0);
    const drawer = drawerOf(store, { deployment: 'cats' });
    await drawer.load();
    expect((await store.read('{cats}:c:42:42'))!.lifeMs).toBeLessThanOrEqual(60_000);
    // As a worker leaves it that dies before the old row is removed.
    await store.set(key, 'old');
    await drawer.save(undefined);
    expect(await store.get(key)).toBeUndefined();
  });
});

describe('memoryStore', () => {
  const before = process.env['NODE_ENV'];
  afterEach(() => {
    process.env['NODE_ENV'] = before;
  });

  it('is refused in production, with what to use instead', () => {
    process.env['NODE_ENV'] = 'production';
    expect(() => memoryStore()).toThrow(
      /not for production .* postgresStore\(\) or mongoStore\(\)/,
    );
  });
});
