import { startSimulator } from '@chatlane/simulator';
import { startForwardProxy } from '@chatlane/testing';
import { createGetUpdates } from './get-updates.js';

const token = `123456789:${'A'.repeat(35)}`;
const { signal } = new AbortController();

describe('getUpdates with a proxy', () => {
  it('reaches Telegram through the proxy', async () => {
    await using refusing = await startForwardProxy(403);
    const proxy = { url: refusing.url, noProxy: 'example.org' };
    const getUpdates = createGetUpdates({ apiRoot: 'https://bot-api.invalid', token, proxy });
    await expect(getUpdates(undefined, signal)).rejects.toThrow('No response from bot-api.invalid');
    expect(refusing.tunnels).toMatchObject([{ to: 'bot-api.invalid:443' }]);
  });

  it('reaches a local server directly', async () => {
    const telegram = await startSimulator({ token });
    telegram.queue.inject({ update_id: 1, message: 'x' });
    await using refusing = await startForwardProxy(403);
    const proxy = { url: refusing.url, noProxy: '' };
    const getUpdates = createGetUpdates({ apiRoot: telegram.url, token, proxy });
    expect(String(await getUpdates(undefined, signal))).toBe('{"update_id":1,\n"message":"x"}');
    await telegram.stop();
    expect(refusing.tunnels).toEqual([]);
  });
});
