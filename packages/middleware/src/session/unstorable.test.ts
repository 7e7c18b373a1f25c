import { Composer, Scenes, type MiddlewareFn } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { perChat } from './keys.js';
import type { SessionOptions } from './options.js';
import { session } from './session.js';
import { memoryStore } from './stores/memory-store.js';
import { laneOf } from './turn.testkit.js';

type Content = Record<string, unknown>;
interface AnyContext extends TurnContext {
  session: Content;
  chatSession: Content;
}
type Options = SessionOptions<Content, AnyContext, 'session'>;

const key = 'c:42:42';
const empty = { defaultSession: () => ({}) };

/** Runs one turn of a bot with two sessions, of which the chat's can always be stored. */
async function turn(
  lane: ReturnType<typeof laneOf>,
  handle: (ctx: AnyContext) => unknown,
  options: Options = empty,
): Promise<void> {
  const bot = new Composer<AnyContext>();
  const chatSession = { property: 'chatSession', getSessionKey: perChat, ...empty } as const;
  bot.use(session<AnyContext, 'chatSession'>(chatSession), session<AnyContext>(options));
  bot.use(async (ctx) => {
    ctx.chatSession['seen'] = true;
    await handle(ctx);
  });
  await bot.middleware()(lane.context() as never, () => Promise.resolve());
}

describe('a session with a value that JSON cannot hold', () => {
  it.each([
    ['Redis', () => undefined],
    ['a store with compare-and-set', () => memoryStore<Content>()],
    ['a Map', () => new Map<string, Content>()],
  ])('fails the turn before anything is staged, in %s', async (_where, createStore) => {
    const store = createStore();
    const lane = laneOf();
    const failing = turn(
      lane,
      (ctx) => void (ctx.session['cart'] = { items: [1, 2, { price: NaN }] }),
      { ...empty, ...(store && { store: store as Map<string, Content> }) },
    );
    await expect(failing).rejects.toMatchObject({
      name: 'SessionInvalidError',
      nextAction: 'never',
      paths: ['cart.items[2].price'],
      message:
        'ctx.session.cart.items[2].price is NaN, which JSON cannot hold: store a finite number, or null',
    });
    expect([lane.staged, lane.counted]).toEqual([[], ['session-invalid']]);
    expect(await store?.get(key)).toBeUndefined();
  });

  it.each([
    ['tags', new Set(['a']), 'a Set'],
    ['score', NaN, 'NaN'],
    ['list', [undefined], 'undefined'],
    ['at', new Date('2000-01-02T00:00:00.000Z'), 'a Date'],
    ['gone', () => 1, 'a function'],
  ])('fails the turn even if its JSON equals the stored one: %s', async (field, value, found) => {
    const stored = '{"tags":{},"score":null,"list":[null],"at":"2000-01-02T00:00:00.000Z"}';
    const lane = laneOf({ [key]: stored });
    await expect(turn(lane, (ctx) => void (ctx.session[field] = value))).rejects.toThrow(
      `is ${found}, which JSON cannot hold`,
    );
    expect(lane.staged).toEqual([]);
  });

  it('fails the turn if the value is the session itself, or in the state of a scene', async () => {
    const whole = turn(laneOf(), (ctx) => void (ctx.session = new Map() as never));
    await expect(whole).rejects.toThrow('ctx.session is a Map, which JSON cannot hold');
    const stage = new Scenes.Stage<Scenes.SceneContext>([new Scenes.BaseScene('shop')]);
    const enter = Scenes.Stage.enter<Scenes.SceneContext>('shop', { until: new Date() });
    const inStage = Composer.compose([stage, enter as never]) as never as MiddlewareFn<AnyContext>;
    const entered = turn(laneOf(), (ctx) => inStage(ctx, () => Promise.resolve()));
    await expect(entered).rejects.toThrow(
      /^ctx.session.__scenes.state.until is a Date, [^,]+: store its time, [^,]+$/,
    );
  });

  it('may have undefined fields, which are left out of the JSON', async () => {
    const lane = laneOf();
    await turn(lane, (ctx) => Object.assign(ctx.session, { a: undefined, b: [null], c: -0 }));
    expect(lane.staged).toContainEqual([key, '{"b":[null],"c":0}', undefined]);
  });

  it('may have half of an emoji, which is stored and read back', async () => {
    const half = '🙂'.slice(0, 1);
    const lane = laneOf();
    await turn(lane, (ctx) => void (ctx.session['half'] = half));
    lane.commit();
    expect(lane.sessions.get(key)).toBe('{"half":"\\ud83d"}');
    await turn(lane, (ctx) => expect(ctx.session['half']).toBe(half));
  });

  it('shows * in the error in place of field names that may be data', async () => {
    const phones = z.record(z.string(), z.unknown());
    const fill = (ctx: AnyContext): void => {
      ctx.session['phones'] = { secret: [{ 'a user wrote this': NaN }] };
    };
    await expect(turn(laneOf(), fill)).rejects.toThrow('ctx.session.phones.secret[0].* is NaN');
    const schema = z.object({ phones: phones.default({}) }) as unknown as z.ZodType<Content>;
    const known = turn(laneOf(), fill, { schema, ...empty });
    await expect(known).rejects.toThrow('ctx.session.phones.*[0].* is NaN');
  });
});

describe('a Date in a session', () => {
  const at = new Date(5);
  const write = (ctx: AnyContext): void => void (ctx.session['at'] = at);
  const reading = (field: z.ZodType): Options => ({
    schema: z.object({ at: field.optional() }),
    ...empty,
  });

  it('is stored if the schema reads it back as a Date', async () => {
    const lane = laneOf();
    const dates = reading(z.coerce.date());
    await turn(lane, write, dates);
    expect(lane.staged).toContainEqual([key, '{"at":"1970-01-01T00:00:00.005Z"}', undefined]);
    lane.commit();
    await turn(lane, (ctx) => expect(ctx.session['at']).toEqual(at), dates);
    expect(lane.staged.map(([key]) => key)).not.toContain('c:42:42');
  });

  it.each([
    ['without a schema', empty],
    ['with a schema that reads a string', reading(z.string())],
    ['with a schema that accepts anything', reading(z.unknown())],
  ])('is refused %s', async (_what, options) => {
    await expect(turn(laneOf(), write, options)).rejects.toThrow(
      'ctx.session.at is a Date, which JSON cannot hold: store its time, getTime() or toISOString(), ' +
        'or read it with z.coerce.date() in a schema',
    );
  });
});

describe('a default session', () => {
  const wrong = { tags: new Set() };
  const message =
    'ctx.session.tags is a Set, which JSON cannot hold: store an array, [...set] (in defaultSession)';

  it('that needs no context is refused when the bot is built, if JSON cannot hold it', () => {
    expect(() => session<AnyContext>({ defaultSession: () => wrong })).toThrow(message);
    const property = 'chatSession';
    expect(() =>
      session<AnyContext, 'chatSession'>({ property, defaultSession: () => ({ n: NaN }) }),
    ).toThrow('ctx.chatSession.n is NaN');
  });

  it('that needs a context fails the turn before its handlers run, if JSON cannot hold it', async () => {
    let handled = false;
    const handle = (): void => void (handled = true);
    const options: Options = {
      defaultSession: (ctx) => ({ ...wrong, lane: ctx.turn.lane }),
    };
    await expect(turn(laneOf(), handle, options)).rejects.toThrow(message);
    expect(handled).toBe(false);
  });

  it('may throw while the bot is built, and work in a turn', async () => {
    const loaded: { language?: string } = {};
    const defaultSession = (): Content => {
      if (loaded.language === undefined) throw new Error('not loaded yet');
      return { language: loaded.language };
    };
    const middleware = session<AnyContext>({ defaultSession });
    loaded.language = 'de';
    const ctx = laneOf().context() as unknown as AnyContext;
    await middleware(ctx, () => {
      expect(ctx.session).toEqual({ language: 'de' });
      return Promise.resolve();
    });
  });

  it('may hold a Date that the schema reads back', () => {
    const schema = z.object({ since: z.coerce.date() }) as unknown as z.ZodType<Content>;
    const defaultSession = (): Content => ({ since: new Date() });
    expect(() => session<AnyContext>({ schema, defaultSession })).not.toThrow();
    expect(() => session<AnyContext>({ defaultSession })).toThrow('ctx.session.since is a Date');
  });
});
