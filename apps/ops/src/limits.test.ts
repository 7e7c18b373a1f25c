import { createPauses, TELEGRAM_SCOPE, type PauseEntry } from '@chatlane/telegram';
import { startDeployment, unwrapped, widest, type TestDeployment } from './ops.testkit.js';

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

describe('chatlane-ops limits', () => {
  it('lists what is paused, for how long and why', async () => {
    expect((await deployment.ops('limits')).out).toBe('Nothing is paused.\n');
    const pauses = createPauses({ redis: deployment.redis, name: 'chatlane' });
    await pauses.pause('chat 42', 600_000, '429 for sendMessage');
    await pauses.pause('method sendPhoto', 7_200_000, '429 in 3 chats within 10 s');
    const listed = await deployment.ops('limits');
    expect(listed.out).toMatch(/^SCOPE +TIME LEFT +SINCE +WHY$/m);
    expect(listed.out).toMatch(/^method sendPhoto +1\.9 h +.* 429 in 3 chats within 10 s$/m);
    expect(listed.out).toMatch(/^chat 42 +9\.9 min +.* 429 for sendMessage$/m);
    expect(widest(listed.out)).toBeLessThanOrEqual(80);
    const entries = await deployment.json<PauseEntry[]>('limits list');
    expect(entries.map(({ scope }) => scope)).toEqual(['method sendPhoto', 'chat 42']);
  });

  it('lifts a pause only after a confirmation', async () => {
    const pauses = createPauses({ redis: deployment.redis, name: 'chatlane' });
    await pauses.pause('chat -100', 60_000, '429 for sendMessage');
    const refused = await deployment.ops('limits lift chat 42');
    expect(refused.code).toBe(2);
    expect(refused.errors).toMatch(/Sending to chat 42 will resume\. .* --yes/);
    const lifted = await deployment.json('limits lift chat 42 --yes');
    expect(lifted).toEqual({ lifted: 'chat 42' });
    const entries = await deployment.json<PauseEntry[]>('limits');
    expect(entries.map(({ scope }) => scope)).toEqual(['method sendPhoto', 'chat -100']);
    const group = await deployment.json('limits lift chat -100 --yes');
    expect(group).toEqual({ lifted: 'chat -100' });
  });

  it('reports a scope that is not paused, and rejects a text that is not a scope', async () => {
    const open = await deployment.ops('limits lift chat 42 --yes');
    expect(open).toMatchObject({ code: 1, errors: 'chatlane-ops: chat 42 is not paused.\n' });
    expect(await deployment.ops('limits lift chat 4 2')).toMatchObject({ code: 2 });
  });
});

describe('an outage of Telegram', () => {
  it('is shown by status and doctor while the workers report it', async () => {
    const pauses = createPauses({ redis: deployment.redis, name: 'chatlane' });
    await pauses.pause(TELEGRAM_SCOPE, 60_000, 'getMe failed: 502 Bad Gateway');
    const status = await deployment.ops('status');
    expect(status.out).toMatch(/^telegram +unavailable for .+ \(getMe failed: 502 Bad Gateway\)$/m);
    expect(widest(status.out)).toBeLessThanOrEqual(80);
    const diagnosis = await deployment.ops('doctor');
    expect(unwrapped(diagnosis.out)).toMatch(
      /!! +Telegram has been unreachable for .+: getMe failed: 502 Bad Gateway\./,
    );
    expect(unwrapped(diagnosis.out)).toContain('set a new BOT_TOKEN');
    await pauses.lift(TELEGRAM_SCOPE);
    expect((await deployment.ops('status')).out).not.toMatch(/^telegram/m);
    const calm = await deployment.ops('doctor');
    expect(calm.out).toMatch(/ok +No worker has reported an outage of Telegram\./);
  });
});
