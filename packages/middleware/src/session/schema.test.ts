import { Composer } from 'telegraf';
import { z } from 'zod';
import type { TurnContext } from '../turn/turn.js';
import { session } from './session.js';
import { laneOf } from './turn.testkit.js';

const key = 'c:42:42';
const profile = z.object({
  name: z.string().min(2),
  born: z.coerce.date().optional(),
  phones: z.record(z.string(), z.string().max(5)).default({}),
});

interface ProfileContext extends TurnContext {
  session: z.output<typeof profile>;
}

/** Runs one turn of a bot as an author writes it: the session has the schema's type, without a cast. */
async function turn(
  lane: ReturnType<typeof laneOf>,
  handler: (ctx: ProfileContext) => void = () => undefined,
): Promise<void> {
  const bot = new Composer<ProfileContext>();
  bot.use(session({ schema: profile, defaultSession: () => ({ name: 'Nobody', phones: {} }) }));
  bot.use((ctx) => handler(ctx));
  const ctx = Object.assign(lane.context(), { session: { name: '', phones: {} } });
  await bot.middleware()(ctx, () => Promise.resolve());
}

describe('a session with a schema', () => {
  it('is the output of the schema, and is stored in that form', async () => {
    const lane = laneOf({ [key]: '{"name":"Ann","born":"2000-01-02T00:00:00.000Z","old":1}' });
    const seen: unknown[] = [];
    await turn(lane, (ctx) => seen.push(ctx.session.born?.getUTCFullYear(), ctx.session.phones));
    expect(seen).toEqual([2000, {}]);
    const whole = '{"name":"Ann","born":"2000-01-02T00:00:00.000Z","phones":{}}';
    expect(lane.staged).toEqual([[key, whole, undefined]]);
  });

  it('is set aside with the invalid paths when it does not fit, and replaced by the default', async () => {
    const lane = laneOf({ [key]: '{"name":"A","phones":{"secret friend":"123456"}}' });
    await turn(lane, (ctx) => (ctx.session.name += '!'));
    const [[at, json] = [], ...rest] = lane.staged;
    expect([at, JSON.parse(json!)]).toMatchObject([
      expect.stringContaining(`${key}~aside-`),
      { why: 'does not fit the schema at: name, phones.*', session: { name: 'A' } },
    ]);
    expect(rest).toEqual([[key, '{"name":"Nobody!","phones":{}}', undefined]]);
    expect(lane.counted).toEqual(['session-set-aside']);
  });

  it('fails the turn when a handler writes a value that does not fit, and names only its path', async () => {
    const lane = laneOf({ [key]: '{"name":"Ann","phones":{}}' });
    const failing = turn(lane, (ctx) => {
      ctx.session.name = 'X';
      ctx.session.phones['secret friend'] = 'secret number';
    });
    const error: unknown = await failing.catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'SessionInvalidError',
      nextAction: 'never',
      paths: ['name', 'phones.*'],
      message: 'ctx.session does not fit its schema at: name, phones.*',
    });
    expect([lane.staged, lane.counted]).toEqual([[], ['session-invalid']]);
  });

  it('fails the turn when it contains itself', async () => {
    const lane = laneOf();
    const failing = turn(lane, (ctx) => Object.assign(ctx.session, { self: ctx.session }));
    await expect(failing).rejects.toThrow('ctx.session.* is an object that contains itself');
  });

  it('keeps the scene state of Telegraf, which the schema does not know', async () => {
    const lane = laneOf({ [key]: '{"name":"Ann","phones":{},"__scenes":{"current":"form"}}' });
    await turn(lane, (ctx) => (ctx.session.name = 'Bob'));
    const [[, json] = []] = lane.staged;
    expect(JSON.parse(json!)).toEqual({
      name: 'Bob',
      phones: {},
      __scenes: { current: 'form' },
    });
  });
});

describe('maxBytes', () => {
  const limited = session<ProfileContext>({ maxBytes: 30 });
  const stored = '{"name":"Ann","phones":{}}';

  it('fails a turn whose session exceeds it in UTF-8 bytes, without quoting the session', async () => {
    const lane = laneOf({ [key]: stored });
    const ctx = Object.assign(lane.context(), { session: { name: '', phones: {} } });
    const failing = async (): Promise<unknown> =>
      limited(ctx, () => Promise.resolve(void (ctx.session.name = 'ÄÖÜß€')));
    const error = await failing().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: 'SessionTooLargeError',
      property: 'session',
      bytes: 34,
      maxBytes: 30,
      nextAction: 'never',
      message: 'ctx.session is 34 bytes as JSON: at most 30 are kept (maxBytes)',
    });
    expect([lane.staged, lane.counted]).toEqual([[], ['session-too-large']]);
  });

  it('allows reading a session that is already larger', async () => {
    const lane = laneOf({ [key]: '{"name":"Ann of the many names","phones":{}}' });
    const ctx = Object.assign(lane.context(), { session: { name: '', phones: {} } });
    await limited(ctx, () => Promise.resolve(void ctx.session.name));
    expect(lane.staged).toEqual([]);
  });
});
