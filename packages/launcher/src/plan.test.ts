import { join } from 'node:path';
import { LaunchError } from './launch-error.js';
import { readPlan, type DevOptions } from './plan.js';

const token = '123456:token-of-a-real-bot-of-mine-here';
// Any file that exists counts as a bot here.
const bot = 'package.json';
const plan = (options: DevOptions = {}, env: Record<string, string> = {}) =>
  readPlan({ bot, ...options }, env);

function faultsOf(options: DevOptions, env: Record<string, string> = {}): readonly string[] {
  try {
    readPlan({ bot, ...options }, env);
  } catch (error) {
    if (error instanceof LaunchError) return error.faults;
  }
  return [];
}

describe('readPlan', () => {
  it('runs one worker and the simulator on port 8080 by default', () => {
    expect(plan()).toMatchObject({ mode: 'simulator', workers: 1, playgroundPort: 8080 });
  });

  it('prefers the options to the environment', () => {
    const env = { PLAYGROUND_PORT: '9001' };
    expect(plan({ workers: '5', port: '9000' }, env)).toMatchObject({
      workers: 5,
      playgroundPort: 9000,
    });
    expect(plan({}, env).playgroundPort).toBe(9001);
  });

  it('treats an empty setting as absent', () => {
    expect(plan({}, { BOT_TOKEN: '', PUBLIC_URL: '', REDIS_URL: '' })).toMatchObject({
      mode: 'simulator',
      redisUrl: undefined,
    });
  });

  it('polls when there is a token, and uses a webhook when there is also a public address', () => {
    expect(plan({}, { BOT_TOKEN: token })).toMatchObject({
      mode: 'polling',
      apiRoot: 'https://api.telegram.org',
    });
    expect(plan({}, { BOT_TOKEN: token, PUBLIC_URL: 'https://bot.example' }).mode).toBe('webhook');
  });

  it('uses different folders for different bots and ports, without the token in the name', () => {
    const folders = [
      plan(),
      plan({ port: '8081' }),
      plan({}, { BOT_TOKEN: token }),
      plan({}, { BOT_TOKEN: `7${token}` }),
    ].map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(4);
    expect(folders.join()).not.toContain('token-of-a-real-bot');
  });

  it('gives the simulator its own deployment name when REDIS_URL is set', () => {
    const nameOf = (env: Record<string, string>) => plan({}, env).env['CHATLANE_NAME'];
    const REDIS_URL = 'redis://127.0.0.1:6379';
    expect(nameOf({ REDIS_URL })).toBe('chatlane-simulator');
    expect(nameOf({ REDIS_URL, CHATLANE_NAME: 'mine' })).toBe('mine-simulator');
    expect(nameOf({ REDIS_URL, CHATLANE_NAME: 'n'.repeat(64) })).toHaveLength(64);
    expect(nameOf({ REDIS_URL, CHATLANE_NAME: 'mine', BOT_TOKEN: token })).toBe('mine');
    expect(nameOf({ CHATLANE_NAME: 'mine' })).toBe('mine');
  });

  it('reports all faults at once, and shows no secret', () => {
    const faults = faultsOf(
      { workers: 'zero' },
      {
        BOT_TOKEN: 'my-secret',
        PLAYGROUND_PORT: '70000',
        REDIS_URL: 'http://:password@host',
      },
    );
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'BOT_TOKEN',
      'PLAYGROUND_PORT',
      '--workers',
      'REDIS_URL',
    ]);
    expect(faults.join()).not.toMatch(/my-secret|password/);
  });

  it('takes the named bot, else that of BOT_MODULE, and rejects one that does not exist', () => {
    expect(plan({}, { BOT_MODULE: 'README.md' }).bot).toBe(join(process.cwd(), 'package.json'));
    const env = { BOT_MODULE: 'README.md' };
    expect(readPlan({}, env)).toMatchObject({
      bot: join(process.cwd(), 'README.md'),
      env: { BOT_MODULE: join(process.cwd(), 'README.md') },
    });
    expect(faultsOf({ bot: 'bots/nowhere.mjs' })).toEqual([
      `BOT_MODULE: there is no file ${join(process.cwd(), 'bots/nowhere.mjs')}`,
    ]);
  });

  it('rejects a public address without a token', () => {
    expect(faultsOf({}, { PUBLIC_URL: 'https://bot.example' }).join()).toContain('BOT_TOKEN');
  });
});
