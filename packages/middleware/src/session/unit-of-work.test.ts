import { Composer, type MiddlewareFn } from 'telegraf';
import type { TurnContext } from '../turn/turn.js';
import { perChat } from './keys.js';
import { session } from './session.js';
import { laneOf } from './turn.testkit.js';

interface TwoContext extends TurnContext {
  session: { mine: number };
  chatSession: { ours: number };
}

const mine = () => session<TwoContext>({ defaultSession: () => ({ mine: 0 }), maxBytes: 100 });
const ours = () =>
  session<TwoContext, 'chatSession'>({
    property: 'chatSession',
    getSessionKey: perChat,
    defaultSession: () => ({ ours: 0 }),
    maxBytes: 100,
    ttlSeconds: 60,
  });

/** Runs one turn of a bot that consists of these middlewares. */
async function turn(
  lane: ReturnType<typeof laneOf>,
  ...middlewares: MiddlewareFn<TwoContext>[]
): Promise<void> {
  const bot = new Composer<TwoContext>(...middlewares);
  const ctx = Object.assign(lane.context(), { session: { mine: 0 }, chatSession: { ours: 0 } });
  await bot.middleware()(ctx, () => Promise.resolve());
}

const countBoth: MiddlewareFn<TwoContext> = (ctx) => {
  ctx.session.mine += 1;
  ctx.chatSession.ours += 1;
};
const countMine: MiddlewareFn<TwoContext> = (ctx) => void (ctx.session.mine += 1);
const swallow: MiddlewareFn<TwoContext> = (_ctx, next) => next().catch(() => undefined);

describe('several sessions of one turn', () => {
  it('are each staged under their own key, with their own time to live', async () => {
    const lane = laneOf({ 'c:42:42': '{"mine":7}' });
    await turn(lane, mine(), ours(), countBoth);
    expect(lane.staged).toEqual([
      ['c:42:chat', '{"ours":1}', 60],
      ['c:42:42', '{"mine":8}', undefined],
    ]);
  });

  it.each([
    ['outer', 'session'],
    ['inner', 'chatSession'],
  ] as const)('are both dropped when the %s one is too large', async (_which, property) => {
    const grow: MiddlewareFn<TwoContext> = async (ctx, next) => {
      await countBoth(ctx, next);
      Object.assign(ctx[property], { grown: 'x'.repeat(100) });
    };
    const lane = laneOf();
    await expect(turn(lane, mine(), ours(), grow)).rejects.toThrow(`ctx.${property} is`);
    // The same applies when the bot hides the error from the worker, which would then commit.
    await turn(lane, swallow, mine(), ours(), grow);
    expect(lane.staged).toEqual([]);
  });

  it('are dropped when a handler throws, except those of middleware outside the one that catches the error', async () => {
    const fail: MiddlewareFn<TwoContext> = async (ctx, next) => {
      await countBoth(ctx, next);
      throw new Error('broken');
    };
    const lane = laneOf();
    await turn(lane, swallow, mine(), ours(), fail);
    expect(lane.staged).toEqual([]);
    await turn(lane, mine(), swallow, ours(), fail);
    expect(lane.staged).toEqual([['c:42:42', '{"mine":1}', undefined]]);
  });

  it('are not staged when an external store fails', async () => {
    const store = {
      get: () => undefined,
      set: () => Promise.reject(new Error('store is down')),
      delete: () => undefined,
    };
    const outside = session<TwoContext, 'chatSession'>({
      property: 'chatSession',
      store: store as never,
      defaultSession: () => ({ ours: 0 }),
    });
    const lane = laneOf();
    await expect(turn(lane, outside, mine(), countBoth)).rejects.toThrow('store is down');
    await turn(lane, swallow, mine(), outside, countBoth);
    expect(lane.staged).toEqual([]);
  });

  it('are refused when they have the same key in the same store', async () => {
    const same = session<TwoContext, 'chatSession'>({ property: 'chatSession' });
    await expect(turn(laneOf(), mine(), same)).rejects.toThrow(
      'ctx.chatSession and ctx.session are the same session',
    );
  });

  it('may have the same key when their turns run one after another', async () => {
    const lane = laneOf();
    const bot = new Composer<TwoContext>(mine(), countMine);
    const ctx = Object.assign(lane.context(), { session: { mine: 0 }, chatSession: { ours: 0 } });
    await bot.middleware()(ctx, () => Promise.resolve());
    await bot.middleware()(ctx, () => Promise.resolve());
    expect(lane.staged).toHaveLength(2);
  });
});
