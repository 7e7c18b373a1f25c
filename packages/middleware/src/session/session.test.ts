import { session } from './session.js';
import { laneOf, type NotesContext } from './turn.testkit.js';

const key = 'c:42:42';

function add(note: string) {
  return (ctx: NotesContext) => {
    (ctx.session ??= { notes: [] }).notes.push(note);
    return Promise.resolve();
  };
}

/** Runs a handler behind the middleware, as a Composer would. */
async function run(
  ctx: NotesContext,
  handler: (ctx: NotesContext) => Promise<unknown>,
  options: Parameters<typeof session<NotesContext>>[0] = {},
) {
  await session<NotesContext>(options)(ctx, async () => void (await handler(ctx)));
}

describe('session', () => {
  it('loads what the lane has stored, and stages what the handlers wrote', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    await run(lane.context(), add('b'));
    expect(lane.staged).toEqual([[key, '{"notes":["a","b"]}', undefined]]);
  });

  it('starts from defaultSession when nothing is stored', async () => {
    const lane = laneOf();
    await run(lane.context(), (ctx) => Promise.resolve(ctx.session?.notes.push('b')), {
      defaultSession: () => ({ notes: ['default'] }),
    });
    expect(lane.staged).toEqual([[key, '{"notes":["default","b"]}', undefined]]);
  });

  it('stages nothing when a handler throws, and rethrows the error', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    const failing = run(lane.context(), async (ctx) => {
      await add('half')(ctx);
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(lane.staged).toEqual([]);
  });

  it('gives a second turn of the same lane its own copy', async () => {
    const lane = laneOf({ [key]: '{"notes":[]}' });
    const [first, second] = [lane.context(), lane.context()];
    await run(first, async (one) => {
      await add('first')(one);
      await run(second, (two) => Promise.resolve(expect(two.session).toEqual({ notes: [] })));
    });
    expect(lane.staged).toEqual([[key, '{"notes":["first"]}', undefined]]);
  });

  it.each([null, undefined])('clears the session when it is set to %s', async (empty) => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    await run(lane.context(), (ctx) => Promise.resolve(Object.assign(ctx, { session: empty })));
    expect(lane.staged).toEqual([[key, undefined, undefined]]);
  });

  it('stages nothing when the session was only read, not accessed, or cleared while empty', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    await run(lane.context(), (ctx) => Promise.resolve(ctx.session?.notes.length));
    await run(lane.context(), () => Promise.resolve());
    const empty = laneOf();
    await run(empty.context(), (ctx) => Promise.resolve((ctx.session = undefined)));
    expect([...lane.staged, ...empty.staged]).toEqual([]);
  });

  it('stages an unchanged session when that extends its life', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    const read = (ctx: NotesContext) => Promise.resolve(ctx.session?.notes.length);
    await run(lane.context(), read, { ttlSeconds: 60 });
    await run(lane.context({ ttlSeconds: 90 }), read);
    expect(lane.staged).toEqual([
      [key, '{"notes":["a"]}', 60],
      [key, '{"notes":["a"]}', undefined],
    ]);
  });

  it('is undefined for an event without a session key, and is not stored', async () => {
    const lane = laneOf();
    await run(lane.context({ sessionKey: undefined }), async (ctx) => {
      expect('session' in ctx).toBe(true);
      expect(ctx.session).toBeUndefined();
      await add('lost')(ctx);
    });
    expect(lane.staged).toEqual([]);
  });

  it('accepts a key in the same lane and refuses one in another', async () => {
    const lane = laneOf();
    await run(lane.context(), add('all'), { getSessionKey: (ctx) => `${ctx.turn.lane}:all` });
    expect(lane.staged).toEqual([['c:42:all', '{"notes":["all"]}', undefined]]);
    const other = run(lane.context(), add('x'), { getSessionKey: () => 'c:4:everybody' });
    await expect(other).rejects.toThrow('must begin with the turn\'s lane, "c:42:"');
  });

  it('can be under another property of the context', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    const ctx = Object.assign(lane.context(), { diary: { notes: ['none'] } });
    await session<typeof ctx, 'diary'>({ property: 'diary' })(ctx, () =>
      Promise.resolve(void ctx.diary.notes.push('b')),
    );
    expect(lane.staged).toEqual([[key, '{"notes":["a","b"]}', undefined]]);
  });

  it("writes to a store with Telegraf's interface, but not after a handler threw", async () => {
    const lane = laneOf();
    const store = new Map([['mine', { notes: ['a'] }]]);
    const options = { store, getSessionKey: () => 'mine' };
    await run(lane.context(), (ctx) => Promise.resolve((ctx.session = { notes: ['b'] })), options);
    const failing = run(
      lane.context(),
      (ctx) => ((ctx.session = { notes: ['half'] }), Promise.reject(new Error('broken'))),
      options,
    );
    await expect(failing).rejects.toThrow('broken');
    expect(store.get('mine')).toEqual({ notes: ['b'] });
    await run(lane.context(), (ctx) => Promise.resolve((ctx.session = undefined)), options);
    expect(store.size).toBe(0);
    expect(lane.staged).toEqual([]);
  });
});
