import { startTestSimulator, until, type TestSimulator } from '../simulator.testkit.js';

let telegram: TestSimulator;
beforeEach(async () => {
  telegram = await startTestSimulator();
  await telegram.say(42, 'hello');
});
afterEach(() => telegram.stop());

const send = () => telegram.api('sendMessage', { chat_id: 42, text: 'x' });
const messages = async () => (await telegram.get<object[]>('chats/42/messages')).length;

describe('onCall', () => {
  it('answers with a Bot API result or error instead of carrying out the call', async () => {
    telegram.onCall(({ method }) => (method === 'getMe' ? { result: 7 } : undefined));
    expect(await telegram.api('getMe')).toMatchObject({ ok: true, result: 7 });
    telegram.onCall(({ params }) => ({
      error: 429,
      description: `no ${String(params['text'])}`,
      parameters: { retry_after: 3 },
    }));
    expect(await send()).toMatchObject({
      http: 429,
      retryAfterHeader: '3',
      ok: false,
      error_code: 429,
      description: 'no x',
    });
    expect(await messages()).toBe(1);
    expect((await telegram.calls()).map(({ ok, error }) => [ok, error])).toEqual([
      [true, undefined],
      [false, 'no x'],
    ]);
  });

  it('answers with any text', async () => {
    telegram.onCall(() => ({ status: 302, headers: { location: '/x' }, text: '<html>' }));
    const url = `${telegram.url}/bot${telegram.token}/getMe`;
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/x']);
    expect(await response.text()).toBe('<html>');
  });

  it('breaks the connection before or after the call is carried out', async () => {
    const end = telegram.onCall(() => 'reset');
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await messages()).toBe(1);
    end();
    telegram.onCall(() => 'lose');
    await expect(send()).rejects.toThrow('fetch failed');
    expect(await messages()).toBe(2);
  });

  it('leaves a call unanswered until the caller gives up', async () => {
    telegram.onCall(() => 'hang');
    const caller = new AbortController();
    const url = `${telegram.url}/bot${telegram.token}/getMe`;
    const call = fetch(url, { signal: caller.signal });
    await until(async () => (await telegram.calls()).length === 1);
    caller.abort();
    await expect(call).rejects.toThrow('aborted');
    expect(await telegram.calls()).toMatchObject([{ method: 'getMe', status: 0 }]);
  });

  it('holds a call back until the test releases it', async () => {
    let goOn: (() => void) | undefined;
    telegram.onCall(() => new Promise((resolve) => (goOn = () => resolve(undefined))));
    const answer = send();
    await until(() => goOn !== undefined);
    expect(await messages()).toBe(1);
    goOn?.();
    expect(await answer).toMatchObject({ ok: true });
  });
});
