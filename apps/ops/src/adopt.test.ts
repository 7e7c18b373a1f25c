import { startDeployment, token, type TestDeployment } from './ops.testkit.js';

const env = { BOT_TOKEN: token };

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.opened.claim('42');
});
afterAll(() => deployment.stop());

describe('chatlane-ops adopt', () => {
  it('makes doctor report lanes of another bot, and how to adopt them', async () => {
    const { out } = await deployment.ops('doctor', env);
    expect(out).toMatch(/!! {2}chatlane belongs to bot 42, but BOT_TOKEN belongs to bot 123456789/);
    expect(out).toContain('`chatlane-ops adopt`');
    const alone = await deployment.ops('doctor', { BOT_TOKEN: '' });
    expect(alone.out).toContain('ok  chatlane belongs to bot 42.');
  });

  it('transfers the deployment to the bot of BOT_TOKEN after a confirmation', async () => {
    const unconfirmed = await deployment.ops('adopt', env);
    expect(unconfirmed.code).toBe(2);
    expect(unconfirmed.errors).toMatch(/from bot 42 to bot 123456789; .* --yes/);
    const withoutToken = await deployment.ops('adopt --yes', { BOT_TOKEN: '' });
    expect(withoutToken.code).toBe(2);
    expect(withoutToken.errors).toContain('BOT_TOKEN: is missing');
    const done = await deployment.json('adopt --yes', env);
    expect(done).toEqual({ from: '42', to: '123456789' });
    await deployment.opened.claim('123456789');
    const { out } = await deployment.ops('doctor', env);
    expect(out).toContain('ok  chatlane belongs to bot 123456789.');
    expect(out).not.toContain(token);
  });
});
