import { lanePrefix } from '@chatlane/lanes';
import { readUpdate } from '@chatlane/contracts';
import { startDeployment, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

describe('chatlane-ops lanes', () => {
  it('lists lanes as text and JSON, optionally of one state', async () => {
    expect((await deployment.ops('lanes list')).out).toBe('All lanes are idle.\n');
    for (const chat of [1, 2]) await deployment.push(chat, chat);
    await deployment.push(1, 3);
    expect(await deployment.ops('lanes pause c:2')).toMatchObject({ code: 0 });
    const listed = await deployment.ops('lanes list');
    expect(listed.out).toMatch(/^LANE +STATE +WAITING +OLDEST +ATTEMPTS +SINCE OR UNTIL$/m);
    expect(listed.out).toMatch(/^c:1 +waking +2 .* woken .* ago$/m);
    expect(listed.out).toMatch(/^c:2 +paused +1 .* for .*$/m);
    expect(widest(listed.out)).toBeLessThanOrEqual(80);
    const lanes = await deployment.json<{ lane: string }[]>('lanes list --state paused');
    expect(lanes.map(({ lane }) => lane)).toEqual(['c:2']);
  });

  it("shows a lane without users' texts unless requested", async () => {
    await deployment.redis.set(
      `${lanePrefix('chatlane', 'c:1')}:session:c:1:1`,
      '{"note":"a secret note"}',
    );
    const shown = await deployment.ops('lanes show c:1');
    expect(shown.out).toMatch(/^state +waking, woken/m);
    expect(shown.out).toMatch(/^session +of 1: 24 B$/m);
    expect(shown.out).toMatch(/^head +1 +message/m);
    expect(shown.out).not.toContain('secret');
    expect(widest(shown.out)).toBeLessThanOrEqual(80);
    expect(JSON.stringify(await deployment.json('lanes show c:1'))).not.toContain('secret');
    const raw = await deployment.ops('lanes show c:1 --raw');
    expect(raw.out).toContain('a secret text');
    expect(raw.out).toContain('a secret note');
  });

  it('shows why a lane is blocked', async () => {
    await deployment.push(6, 60);
    const worker = await deployment.worker(
      () => Promise.reject(Object.assign(new Error('a secret text'), { errorCode: 502 })),
      { maxAttempts: 5, backOffMs: () => 60_000 },
    );
    await until(async () => (await deployment.operator.lanes.show('c:6'))?.state === 'resting');
    const shown = await deployment.ops('lanes show c:6');
    expect(shown.out).toMatch(/^state +resting, retries in .*$/m);
    expect(shown.out).toMatch(/^why +502 Bad Gateway in attempt 1$/m);
    expect(shown.out).not.toContain('secret');
    await worker.stop(AbortSignal.timeout(1_000));
    expect(await deployment.operator.drop('c:6')).toBe(1);
  });

  it('explains what does not exist and what is invalid', async () => {
    const [idle, resumed, released, number, nothing] = await Promise.all([
      deployment.ops('lanes show c:77'),
      deployment.ops('lanes resume c:77'),
      deployment.ops('lanes release c:77'),
      deployment.ops('lanes show 77'),
      deployment.ops('lanes'),
    ]);
    expect(idle).toMatchObject({ code: 1, out: '' });
    expect(idle.errors).toMatch(/c:77 is idle/);
    expect(resumed).toMatchObject({ code: 1, errors: 'chatlane-ops: c:77 is not paused.\n' });
    expect(released).toMatchObject({ code: 1 });
    expect(number.code).toBe(2);
    expect(number.errors).toContain('The lane of that chat is c:77.');
    expect(nothing.code).toBe(2);
  });

  it('reports the dead letters of an idle lane', async () => {
    const worker = await deployment.worker(() => Promise.reject(new Error('a secret text')));
    await deployment.operator.pause('c:1');
    await deployment.push(8, 80);
    await until(async () => (await deployment.operator.deadLetters.count()) === 1);
    const shown = await deployment.ops('lanes show c:8');
    expect(shown).toMatchObject({ code: 0, errors: '' });
    expect(shown.out).toMatch(/^state +idle: nothing waits in it$/m);
    expect(shown.out).toMatch(/^given up +1 dead letter: chatlane-ops dead list --lane c:8$/m);
    expect(await deployment.json('lanes show c:8')).toEqual({
      ...{ lane: 'c:8', state: 'idle', waiting: 0, deadLetters: 1 },
    });
    await deployment.operator.pause('c:8');
    await deployment.push(8, 81);
    expect((await deployment.ops('lanes show c:8')).out).toMatch(/^given up +1 dead letter: /m);
    await worker.stop(AbortSignal.timeout(1_000));
    await deployment.operator.drop('c:8');
    await deployment.operator.resume('c:1');
  });

  it("finds a lane with a hashed name by Telegram's id, and refuses an invalid name", async () => {
    const poll = { id: 'a:poll', question: 'a secret text', options: [] };
    const raw = Buffer.from(JSON.stringify({ update_id: 90, poll }));
    await deployment.intake.push(readUpdate({ update_id: 90, poll })!, raw);
    const shown = await deployment.ops('lanes show p:a:poll');
    expect(shown.out).toMatch(/^lane +p:~[\w-]{43}$/m);
    const { lane } = await deployment.json<{ lane: string }>('lanes show p:a:poll');
    expect(await deployment.ops(`lanes drop ${lane} --yes`)).toMatchObject({ code: 0 });
    for (const name of ['c:Ann', 'q:1', 'express:message:7']) {
      const refused = await deployment.ops(`lanes show ${name}`);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.errors).toContain('This is not a lane name');
    }
  });

  it('drops a lane only after a confirmation', async () => {
    const refused = await deployment.ops('lanes drop c:1');
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/2 events of c:1 will be lost\. .* --yes/);
    expect(await deployment.json('lanes drop c:1 --yes')).toEqual({ lane: 'c:1', dropped: 2 });
    expect(await deployment.ops('lanes drop c:1 --yes')).toMatchObject({ code: 1 });
  });

  it('releases a lane from a live holder whose handler never ends', async () => {
    const handled: string[] = [];
    await deployment.worker(
      async (turn) => {
        handled.push(`${turn.lane} ${turn.attempt}`);
        // The first handler hangs forever and ignores its signal.
        if (handled.length === 1) await new Promise(() => undefined);
      },
      { maxAttempts: 3 },
    );
    await deployment.push(5, 50);
    await until(() => handled.length === 1);
    const held = await deployment.ops('lanes list --state held');
    expect(held.out).toMatch(/^c:5 +held +1 .* lease for .* more$/m);
    const released = await deployment.ops('lanes release c:5');
    expect(released).toMatchObject({ code: 0 });
    await until(() => handled.length === 2);
    expect(handled).toEqual(['c:5 1', 'c:5 2']);
    await until(async () => (await deployment.operator.lanes.show('c:5')) === undefined);
    expect(await deployment.ops('lanes resume c:2')).toMatchObject({
      code: 0,
      out: 'c:2 is resumed.\n',
    });
    await until(() => handled.includes('c:2 1'));
  });
});
