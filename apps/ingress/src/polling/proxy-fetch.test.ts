import { startForwardProxy } from '@chatlane/testing';
import { startBotApi } from './bot-api.testkit.js';
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
    const api = await startBotApi();
    api.queue = [{ update_id: 1 }];
    await using refusing = await startForwardProxy(403);
    const proxy = { url: refusing.url, noProxy: '' };
    const getUpdates = createGetUpdates({ apiRoot: api.root, token, proxy });
    expect(String(await getUpdates(undefined, signal))).toBe('{"update_id":1}');
    await api.stop();
    expect(refusing.tunnels).toEqual([]);
  });
});
