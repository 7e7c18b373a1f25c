import { NeverRetryError, RetryError } from '@chatlane/telegram';
import { startDeployment, token, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
let broken = true;
const handled: string[] = [];

beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.worker(async (turn) => {
    const id = turn.event.type === 'update' ? turn.event.updateId : 0;
    if (broken && turn.lane === 'c:7') throw new TypeError(`refused https://x/bot${token}/get`);
    if (broken) throw new RangeError('too far');
    handled.push(`${turn.lane} ${id}`);
  });
  for (const id of [8, 9, 10]) await deployment.push(7, id);
  for (const id of [20, 21]) await deployment.push(3, id);
  await until(async () => (await deployment.operator.deadLetters.count()) === 5);
  broken = false;
});
afterAll(() => deployment.stop());

describe('chatlane-ops dead', () => {
  it("lists all or matching dead letters, without users' texts", async () => {
    const [all, some] = await Promise.all([
      deployment.ops('dead list'),
      deployment.json<{ id: string }[]>('dead list --lane c:7 --error TypeError --limit 2'),
    ]);
    expect(all.out).toMatch(/^ID +LANE +KIND +GIVEN UP +REASON$/m);
    expect(all.out).toMatch(/^8 +c:7 +message +.* ago +TypeError$/m);
    expect(all.out).toMatch(/^21 .*\n20 /m);
    expect(all.out).toMatch(/\n\n5 dead letters\.\n$/);
    expect((await deployment.ops('dead list --limit 2')).out).toMatch(
      /\n\nThe newest 2 of 5 dead letters\.\n$/,
    );
    expect(all.out).not.toContain('secret');
    expect(widest(all.out)).toBeLessThanOrEqual(80);
    expect(some.map(({ id }) => id)).toEqual(['10', '9']);
  });

  it("shows the reason in Telegram's words, but only the name of other errors", async () => {
    broken = true;
    const failures: Record<number, Error> = {
      31: new RetryError({
        method: 'sendMessage',
        description: 'Bad Gateway',
        errorCode: 502,
        maybeSent: false,
      }),
      32: new Error('sendMessage failed: a secret text'),
      33: new NeverRetryError({
        method: 'sendPhoto',
        description: 'x'.repeat(300),
        errorCode: 400,
      }),
    };
    const other = await startDeployment();
    await other.worker(
      (turn) => Promise.reject(failures[turn.event.type === 'update' ? turn.event.updateId : 0]!),
      { classifyError: () => ({ next: 'never' }) },
    );
    for (const id of [31, 32, 33]) await other.push(-1_001_234_567_890, id);
    await until(async () => (await other.operator.deadLetters.count()) === 3);
    const { out } = await other.ops('dead list');
    expect(out).toMatch(/^31 +c:-1001234567890 +message +.* ago +502 Bad Gateway$/m);
    expect(out).toMatch(/^32 .* Error$/m);
    expect(out).toMatch(/^33 .* 400 x+…$/m);
    expect(widest(out)).toBeLessThanOrEqual(80);
    await other.stop();
    broken = false;
  });

  it('shows a dead letter with its error, its body only on request, and never a token', async () => {
    const [shown, raw, unknown] = await Promise.all([
      deployment.ops('dead show 8'),
      deployment.ops('dead show 8 --raw --json'),
      deployment.ops('dead show 99'),
    ]);
    expect(shown.out).toMatch(/^error +TypeError: refused\s.*<token>/m);
    expect(shown.out).toMatch(/^ +at /m);
    expect(shown.out + raw.out).not.toContain(token);
    expect(shown.out).not.toContain('secret');
    expect((JSON.parse(raw.out) as { raw: string }).raw).toContain('a secret text');
    expect(unknown).toMatchObject({
      code: 1,
      errors: 'chatlane-ops: There is no dead letter 99.\n',
    });
  });

  it('requires a selection', async () => {
    const [none, both, drop] = await Promise.all([
      deployment.ops('dead replay'),
      deployment.ops('dead replay 8 --all'),
      deployment.ops('dead drop --all'),
    ]);
    expect([none.code, both.code, drop.code]).toEqual([2, 2, 2]);
    expect(none.errors).toMatch(/Specify an id/);
    expect(drop.errors).toMatch(/All 5 dead letters of the deployment will be lost\. .* --yes/);
    expect(await deployment.operator.deadLetters.count()).toBe(5);
  });

  it('replays the dead letters of a lane in order, replays one by id, and drops the rest', async () => {
    expect(await deployment.json('dead replay --lane c:7 --per-second 1 --yes')).toEqual({
      putBack: 3,
    });
    await until(() => handled.length === 3);
    expect(handled).toEqual(['c:7 8', 'c:7 9', 'c:7 10']);
    expect(await deployment.ops('dead replay 21')).toMatchObject({
      code: 0,
      out: '21 was returned to its lane.\n',
    });
    await until(() => handled.includes('c:3 21'));
    expect(await deployment.json('dead drop --error RangeError --yes')).toEqual({ dropped: 1 });
    expect((await deployment.ops('dead list')).out).toBe('No dead letters.\n');
  });
});
