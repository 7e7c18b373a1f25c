import { createPauses, TELEGRAM_SCOPE } from '@chatlane/telegram';
import { startDeployment, widest } from './ops.testkit.js';

describe('an outage of Telegram', () => {
  it('is shown by status and doctor while the workers report it', async () => {
    const deployment = await startDeployment();
    const pauses = createPauses({ redis: deployment.redis, name: 'chatlane' });
    await pauses.pause(TELEGRAM_SCOPE, 60_000, 'getMe failed: 502 Bad Gateway');
    const status = await deployment.ops('status');
    expect(status.out).toMatch(/^telegram +away for .+ \(getMe failed: 502 Bad Gateway\)$/m);
    expect(widest(status.out)).toBeLessThanOrEqual(80);
    const sick = await deployment.ops('doctor');
    expect(sick.out).toMatch(
      /!! +Telegram has been unreachable for .+: getMe failed: 502 Bad Gateway\./,
    );
    expect(sick.out).toContain('set a new BOT_TOKEN');
    await pauses.lift(TELEGRAM_SCOPE);
    expect((await deployment.ops('status')).out).not.toMatch(/^telegram/m);
    const calm = await deployment.ops('doctor');
    expect(calm.out).toMatch(/ok +No worker has reported an outage of Telegram\./);
    await deployment.stop();
  });
});
