import { privateText } from '@chatlane/testing';
import { startDeployment, until, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
const update = (id: number) =>
  JSON.stringify({ update_id: id, message: privateText(5, 'a secret text', id) });

/** Bodies parked before byte order marks were accepted, and bodies that are not updates in any version. */
const bodies = [
  [`\ufeff${update(1)}`, 'not JSON'],
  ['{"update_id": oops, "text": "a secret text"}', 'not JSON'],
  ['[]', 'not an update'],
  [`\ufeff${update(2)}`, 'not JSON'],
] as const;

beforeAll(async () => {
  deployment = await startDeployment();
});
beforeEach(async () => {
  for (const [body, reason] of bodies) await deployment.intake.park(Buffer.from(body), reason);
});
afterEach(async () => {
  await deployment.redis.del('{chatlane}:parked');
});
afterAll(() => deployment.stop());

interface Listed {
  id: string;
  reason: string;
  bytes: number;
}
const listed = (): Promise<Listed[]> => deployment.json('parked list');

describe('chatlane-ops parked', () => {
  it('lists parked bodies with the reason, oldest first, without their content', async () => {
    const { out } = await deployment.ops('parked list');
    expect(out).toMatch(/^ID +PARKED +SIZE +WHY$/m);
    expect(out).toMatch(/^[0-9a-f]{12} +.* ago +2 B +not an update$/m);
    expect(out).not.toContain('secret');
    expect(widest(out)).toBeLessThanOrEqual(80);
    expect((await listed()).map(({ reason }) => reason)).toEqual(
      bodies.map(([, reason]) => reason),
    );
    expect((await deployment.ops('parked list --limit 1')).out).toMatch(
      /\n\.\.\. 4 parked bodies in all\n$/,
    );
  });

  it('shows the content of one body', async () => {
    const [, second] = await listed();
    const shown = await deployment.ops(`parked show ${second!.id}`);
    expect(shown.out).toMatch(/^why +not JSON$/m);
    expect(shown.out).toContain('{"update_id": oops, "text": "a secret text"}');
    const asJson = await deployment.json<{ raw: string }>(`parked show ${second!.id}`);
    expect(asJson.raw).toBe(bodies[1][0]);
    expect(await deployment.ops('parked show 0123')).toMatchObject({
      code: 1,
      errors: 'chatlane-ops: There is no parked body 0123.\n',
    });
  });

  it('replays what this version recognizes as updates, each once, and keeps the others', async () => {
    expect(await deployment.json('parked replay --all')).toEqual({ putBack: 2, parked: 2 });
    expect((await listed()).map(({ reason }) => reason)).toEqual(['not JSON', 'not an update']);
    const handled: string[] = [];
    await deployment.worker(async ({ event }) => {
      if (event.type === 'update') handled.push(String(event.updateId));
    });
    await until(() => handled.length === 2);
    expect(handled).toEqual(['1', '2']);
    // Telegram sent this update twice. It has been in its lane already, so replaying it only ends the parking.
    await deployment.intake.park(Buffer.from(update(2)), 'not JSON');
    const twice = (await listed()).at(-1)!;
    expect(await deployment.ops(`parked replay ${twice.id}`)).toMatchObject({
      code: 0,
      out: `${twice.id} was delivered to its lane.\n`,
    });
    await until(async () => (await deployment.operator.lanes.list()).length === 0);
    expect(handled).toEqual(['1', '2']);
    const [broken] = await listed();
    expect(await deployment.ops(`parked replay ${broken!.id}`)).toMatchObject({
      code: 1,
      errors: `chatlane-ops: ${broken!.id} stays parked: not JSON.\n`,
    });
  });

  it('deletes one or all only after a confirmation', async () => {
    const [first] = await listed();
    const refused = await deployment.ops(`parked drop ${first!.id}`);
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/will be lost\. .* --yes/);
    expect(await deployment.json(`parked drop ${first!.id} --yes`)).toEqual({ dropped: 1 });
    expect((await deployment.ops('parked drop')).errors).toMatch(/Specify an id/);
    expect((await deployment.ops('parked drop --all')).errors).toMatch(
      /All 3 parked bodies will be lost/,
    );
    expect(await deployment.json('parked drop --all --yes')).toEqual({ dropped: 3 });
    expect((await deployment.ops('parked list')).out).toBe('No bodies are parked.\n');
  });
});
