import { waitingKey, type WaitingEvent } from '@chatlane/contracts';
import type { LaterQueue } from '@chatlane/lanes';
import { startDeployment, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
let later: LaterQueue;
beforeAll(async () => {
  deployment = await startDeployment();
  later = deployment.opened.later();
});
afterAll(async () => {
  await later.close();
  await deployment.stop();
});

const record = (user: string, key: string) => waitingKey(`c:-5:${user}`, key);

async function wait(id: string, user: string, inMs: number, lane = 'c:-5'): Promise<void> {
  const address = { lane, chat: { id: -5, type: 'group' } };
  const event: WaitingEvent = {
    ...{ id, at: Date.now() + inMs, lane, sessionUser: user, kind: 'event' },
    payload: { name: 'reminder', data: { text: 'a secret text' }, key: id, request: id, address },
  };
  await later.add(event);
  const json = JSON.stringify({ request: id });
  await deployment.operator.sessions.put(
    { key: record(user, id), json, lifeMs: undefined },
    'keep',
  );
}

describe('chatlane-ops later', () => {
  it('lists what waits, the next one first, without its data', async () => {
    await wait('b', '7', 7_300_000);
    await wait('a', '8', 3_700_000);
    await wait('c', '9', 9_000_000, 'c:9');
    const { out } = await deployment.ops('later list');
    expect(out).toMatch(/^DUE +LANE +USER +EVENT\nin 1 h.* c:-5 +8 +reminder\nin 2 h.* c:-5 +7 /);
    expect(out).not.toContain('secret');
    expect(widest(out)).toBeLessThanOrEqual(80);
    expect(await deployment.json('later list --lane c:9')).toMatchObject([{ id: 'c', user: '9' }]);
    const { out: one } = await deployment.ops('later list --limit 1');
    expect(one).toMatch(/\n\.\.\. 3 events in all\n$/);
    expect((await deployment.ops('status')).out).toMatch(/^later +3$/m);
  });

  it('keeps the records of events out of the list of sessions', async () => {
    await deployment.operator.sessions.put({ key: 'c:9:9', json: '{}', lifeMs: undefined }, 'keep');
    expect((await deployment.ops('sessions export')).out.match(/"key":"[^"]*"/g)).toEqual([
      '"key":"c:9:9"',
    ]);
  });

  it('deletes the events of one user, or of a chat, with their records', async () => {
    expect(await deployment.ops('later drop --lane c:-5 --user 8')).toMatchObject({
      code: 2,
      errors: expect.stringContaining('1 event of c:-5 will be lost') as string,
    });
    const dropped = await deployment.ops('later drop --lane c:-5 --user 8 --yes');
    expect(dropped.out).toBe('1 event deleted.\n');
    const { sessions } = deployment.operator;
    expect(await sessions.get(record('8', 'a'))).toBeUndefined();
    expect(await sessions.get(record('7', 'b'))).toBeDefined();
    expect((await deployment.ops('later drop --lane c:-5 --yes')).out).toBe('1 event deleted.\n');
    expect(await deployment.json('later list')).toMatchObject([{ id: 'c' }]);
    expect(await deployment.ops('later drop --lane c:-5 --yes')).toMatchObject({
      code: 1,
      errors: 'chatlane-ops: No events wait for c:-5.\n',
    });
  });
});
