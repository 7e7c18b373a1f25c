import { session } from './session.js';
import { laneOf, type NotesContext } from './turn.testkit.js';

const key = 'c:42:42';
const aside: unknown = expect.stringMatching(/^c:42:42~aside-\d{8}T\d{9}Z$/);
const month = 30 * 24 * 3_600;
const anyText: unknown = expect.any(String);
const parse = (json: string | undefined): unknown => JSON.parse(json ?? 'null');

/** Version 1 is a string of notes, version 2 an array, version 3 an object with the array. */
const migrations = {
  2: (old: string): string[] => old.split(' '),
  3: (old: string[]) => ({ notes: [...old, 'v3'] }),
};
const version3 = session<NotesContext>({
  version: 3,
  migrations,
  defaultSession: () => ({ notes: ['new'] }),
});

describe('a versioned session', () => {
  it('runs the migrations it needs, in order, and is stored in its new form even if no handler touches it', async () => {
    const lane = laneOf({ [key]: '"a b"' });
    await version3(lane.context(), () => Promise.resolve());
    const migrated = '{"chatlaneSession":3,"value":{"notes":["a","b","v3"]}}';
    expect(lane.staged).toEqual([[key, migrated, undefined]]);
    expect(lane.counted).toEqual(['session-migrated']);
    lane.commit();

    const again = lane.context();
    await version3(again, () => Promise.resolve(void again.session?.notes));
    expect([again.session, lane.staged]).toEqual([{ notes: ['a', 'b', 'v3'] }, []]);
    expect(lane.counted).toEqual(['session-migrated']);
  });

  it('runs only the migrations after the stored version', async () => {
    const lane = laneOf({ [key]: '{"chatlaneSession":2,"value":["x"]}' });
    const ctx = lane.context();
    await version3(ctx, () => Promise.resolve());
    expect(ctx.session).toEqual({ notes: ['x', 'v3'] });
  });

  it('keeps the scene state even if a migration returns only the fields it knows', async () => {
    const stored = { notes: ['a'], __scenes: { current: 'form' } };
    const lane = laneOf({ [key]: JSON.stringify(stored) });
    const named = { 2: ({ notes }: { notes: string[] }) => ({ notes }) };
    await session<NotesContext>({ version: 2, migrations: named })(lane.context(), () =>
      Promise.resolve(),
    );
    expect(parse(lane.staged[0]?.[1])).toEqual({ chatlaneSession: 2, value: stored });
  });

  it('is stored bare in version 1, unless it looks like a versioned value', async () => {
    const lane = laneOf({ [key]: '{"notes":["a"]}' });
    await session<NotesContext>({ version: 1 })(lane.context(), () => Promise.resolve());
    expect(lane.staged).toEqual([]);

    const odd = lane.context();
    const keepsAny = session<typeof odd & { session: object }>();
    await keepsAny(odd as never, () => {
      Object.assign(odd, { session: { chatlaneSession: 9, value: 1 } });
      return Promise.resolve();
    });
    lane.commit();
    const read = lane.context();
    await session<NotesContext>()(read, () => Promise.resolve());
    expect(read.session).toEqual({ chatlaneSession: 9, value: 1 });
  });

  it('looks like a versioned value if its JSON does', async () => {
    const lane = laneOf();
    const odd = lane.context();
    await session<NotesContext>()(odd, () => {
      Object.assign(odd, { session: { chatlaneSession: 9, value: 1, gone: undefined } });
      return Promise.resolve();
    });
    lane.commit();
    const read = lane.context();
    await session<NotesContext>()(read, () => Promise.resolve());
    expect(read.session).toEqual({ chatlaneSession: 9, value: 1 });
  });

  it('fails the turn if newer code wrote it, and is set aside on the last attempt', async () => {
    const newer = '{"chatlaneSession":4,"value":{"diary":["dear"]}}';
    const lane = laneOf({ [key]: newer });
    let handled = 0;
    const handle = () => Promise.resolve(void (handled += 1));
    await expect(version3(lane.context({ lastAttempt: false }), handle)).rejects.toMatchObject({
      name: 'SessionNewerError',
      nextAction: 'retry',
      storedVersion: 4,
      version: 3,
    });
    expect([handled, lane.staged, lane.counted]).toEqual([0, [], ['session-newer']]);

    const last = lane.context({ lastAttempt: true });
    await version3(last, handle);
    expect(last.session).toEqual({ notes: ['new'] });
    const kept = {
      setAside: anyText,
      why: 'is of version 4, newer than 3',
      session: parse(newer),
    };
    expect(lane.staged.map(([at, json, ttl]) => [at, parse(json), ttl])).toEqual([
      [aside, kept, month],
      [key, { chatlaneSession: 3, value: { notes: ['new'] } }, undefined],
    ]);
    expect(lane.counted).toEqual(['session-newer', 'session-set-aside']);
  });

  it('makes the event wait while a worker with the newer code is alive, even on the last attempt', async () => {
    const lane = laneOf({ [key]: '{"chatlaneSession":4,"value":{}}' });
    const calls: unknown[] = [];
    const declared: unknown[] = [];
    const sessionVersions = {
      declare: (...what: unknown[]) => void declared.push(what),
      isAlive: (...what: unknown[]) => Promise.resolve(calls.push(what) === 1),
    };
    const turn = { lastAttempt: true, sessionVersions };
    const handle = () => Promise.resolve();
    await expect(version3(lane.context(turn), handle)).rejects.toMatchObject({
      nextAction: 'retry-after',
      retryAfterMs: 2_000,
    });
    expect([lane.staged, declared]).toEqual([[], [['session', 3]]]);
    await version3(lane.context(turn), handle);
    expect(calls).toEqual([
      ['session', 4],
      ['session', 4],
    ]);
    expect(lane.staged).toHaveLength(2);
  });

  it('is set aside without overwriting what was set aside before', async () => {
    const lane = laneOf({ [key]: 'first' });
    for (const next of ['second', undefined]) {
      await version3(lane.context(), () => Promise.resolve());
      lane.commit();
      if (next) lane.sessions.set(key, next);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const kept = [...lane.sessions].filter(([at]) => at.includes('~aside'));
    expect(kept.map(([, json]) => parse(json))).toMatchObject([
      { session: 'first' },
      { session: 'second' },
    ]);
  });

  it('is set aside unchanged when a migration throws, and when it is not JSON', async () => {
    const spoiling = session<NotesContext>({
      version: 2,
      migrations: {
        2: (old: { notes: string[] }) => {
          old.notes.length = 0;
          throw new TypeError('quotes dear diary');
        },
      },
    });
    for (const [stored, why, kept] of [
      ['{"notes":["a"]}', 'migration from version 1: TypeError', { notes: ['a'] }],
      ['dear diary', 'is not valid JSON', 'dear diary'],
    ] as const) {
      const lane = laneOf({ [key]: stored });
      await spoiling(lane.context(), () => Promise.resolve());
      const [[at, json] = [], ...rest] = lane.staged;
      expect([at, parse(json)]).toEqual([aside, { setAside: anyText, why, session: kept }]);
      expect(rest).toEqual([[key, undefined, undefined]]);
    }
  });

  it('is not set aside in a turn that fails', async () => {
    const lane = laneOf({ [key]: 'no JSON' });
    const failing = version3(lane.context(), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    expect([lane.staged, lane.counted]).toEqual([[], []]);
  });
});

describe('the options of session', () => {
  const steps = { 2: (old: object) => old };
  it.each([
    [{ version: 3, migrations: steps }, 'ctx.session: migrations has no step 3'],
    [{ version: 2 }, 'ctx.session: migrations has no step 2'],
    [{ migrations: steps }, 'migrations has a step 2, but version is 1'],
    [{ version: 1.5 }, 'version is 1.5: it must be a whole number'],
    [{ maxBytes: 0 }, 'maxBytes is 0'],
    [{ ttlSeconds: -1 }, 'ttlSeconds is -1'],
    [{ ttlSeconds: 0.5 }, 'ttlSeconds is 0.5'],
  ])('are refused when the bot is built: %j', (options, problem) => {
    expect(() => session<NotesContext>(options)).toThrow(problem);
  });
});
