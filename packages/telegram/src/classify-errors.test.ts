import { inspect } from 'node:util';
import { failureOf, startBotApi, startClient, token, type Reply } from './bot-api.testkit.js';
import { NeverRetryError, RetryAfterError, RetryError } from './errors.js';
import { createTelegramClient } from './client.js';

async function failure(reply: Reply) {
  await using test = await startClient(() => reply, { maxFloodWaitMs: 0 });
  return await failureOf(test.telegram.sendMessage(42, 'what the user wrote'));
}

describe('classified errors', () => {
  it.each([
    [400, 'Bad Request: chat not found', NeverRetryError],
    [403, 'Forbidden: bot was blocked by the user', NeverRetryError],
    [404, 'Not Found', NeverRetryError],
    [413, 'Request Entity Too Large', NeverRetryError],
    [409, 'Conflict: terminated by other getUpdates request', RetryError],
    [500, 'Internal Server Error', RetryError],
    [401, 'Unauthorized', RetryAfterError],
    [429, 'Too Many Requests', RetryAfterError],
  ])('have the class of their next action after %i %s', async (error, description, type) => {
    const rejected = await failure({ error, description });
    expect(rejected).toBeInstanceOf(type);
    expect(rejected).toMatchObject({ method: 'sendMessage', errorCode: error });
  });

  it("contain the method, the code and Telegram's description", async () => {
    const { message } = await failure({ error: 400, description: 'Bad Request: chat not found' });
    expect(message).toBe('sendMessage failed: 400 Bad Request: chat not found');
  });

  it('contain the id of the supergroup that a group was upgraded to', async () => {
    const error = await failure({
      error: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -1001 },
    });
    expect(error).toMatchObject({ nextAction: 'never', migrateToChatId: -1001 });
  });

  it.each<[string, boolean, Reply]>([
    ['500', false, { error: 500 }],
    ['502', false, { error: 502 }],
    ['503', false, { error: 503 }],
    ['504', true, { error: 504 }],
    ['520', true, { error: 520 }],
    ['a 502 in HTML', false, { text: '<html>', status: 502 }],
    ['a 504 in HTML', true, { text: '<html>', status: 504 }],
    ['a redirect', false, { text: '', status: 302 }],
    ['a 403 from a proxy', false, { text: '<html>', status: 403 }],
    ['a response that is not JSON', true, { text: '<html>' }],
    ['a truncated response', true, { text: '{"ok":' }],
    ['a reset connection', true, 'reset'],
  ])('say whether the call may have been carried out after %s: %s', async (_, maybeSent, reply) => {
    await using test = await startClient(() => reply, { attempts: 1 });
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toMatchObject({ name: 'RetryError', maybeSent });
  });

  it.each([
    [413, 'NeverRetryError'],
    [429, 'RetryAfterError'],
  ])('recognize %i even in a page that is not JSON', async (status, name) => {
    const error = await failure({ text: '<html>', status });
    expect(error).toMatchObject({ name, errorCode: status });
  });

  it.each<[string, Reply]>([
    ['a reset', 'reset'],
    ['a response that is not JSON', { text: '<html>' }],
    ['a truncated response', { text: '{"ok":' }],
    ['an error that quotes the token', { error: 400, description: `Bad Request: bot${token}/x` }],
    ['a server error', { error: 502 }],
  ])('contain neither the token nor user text after %s', async (_, reply) => {
    const shown = inspect(await failure(reply), { depth: 10, showHidden: true });
    expect(shown).not.toContain('AAsecret');
    expect(shown).not.toContain('what the user wrote');
  });

  it('do not contain the token when the server is down', async () => {
    const gone = await startBotApi();
    await gone.stop();
    const client = createTelegramClient({ token, apiRoot: gone.url, attempts: 1 });
    const shown = inspect(await failureOf(client.telegram.getMe()), {
      depth: 10,
      showHidden: true,
    });
    client.close();
    expect(shown).toContain('ECONNREFUSED');
    expect(shown).not.toContain('AAsecret');
  });

  it('omit user text that Telegram quotes', async () => {
    const description = `Bad Request: can't parse entities: Unsupported start tag "secret" at byte offset 3`;
    const { message } = await failure({ error: 400, description });
    expect(message).toContain('Unsupported start tag "…" at byte offset 3');
  });

  it.each([
    ["can't parse URL 'secret' in it", "can't parse URL '…' in it"],
    ["wrong name 'my secret words'", "wrong name '…'"],
    ["'a' and 'b'", "'…' and '…'"],
    [
      "the bot can't write, and the user's secret is none",
      "the bot can't write, and the user's secret is none",
    ],
  ])('omit text in single quotes, but not after apostrophes: %s', async (said, left) => {
    const { message } = await failure({ error: 400, description: `Bad Request: ${said}` });
    expect(message).toMatch(new RegExp(`Bad Request: ${left}$`));
  });
});
