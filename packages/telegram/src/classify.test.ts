import { inspect } from 'node:util';
import { failureOf, startBotApi, startRoad, token, type Reply } from './bot-api.testkit.js';
import { NeverRetryError, RetryAfterError, RetryError } from './errors.js';
import { createTelegramRoad } from './road.js';

async function failure(reply: Reply) {
  await using test = await startRoad(() => reply, { maxFloodWaitMs: 0 });
  return await failureOf(test.telegram.sendMessage(42, 'what the user wrote'));
}

describe('classify', () => {
  it.each([
    [400, 'Bad Request: chat not found', NeverRetryError],
    [403, 'Forbidden: bot was blocked by the user', NeverRetryError],
    [404, 'Not Found', NeverRetryError],
    [413, 'Request Entity Too Large', NeverRetryError],
    [409, 'Conflict: terminated by other getUpdates request', RetryError],
    [500, 'Internal Server Error', RetryError],
    [401, 'Unauthorized', RetryAfterError],
    [429, 'Too Many Requests', RetryAfterError],
  ])('names %i %s after its next action', async (error, description, type) => {
    const rejected = await failure({ error, description });
    expect(rejected).toBeInstanceOf(type);
    expect(rejected).toMatchObject({ method: 'sendMessage', errorCode: error });
  });

  it("says method, code and Telegram's words", async () => {
    const { message } = await failure({ error: 400, description: 'Bad Request: chat not found' });
    expect(message).toBe('sendMessage failed: 400 Bad Request: chat not found');
  });

  it('keeps the id of the supergroup that a group has become', async () => {
    const error = await failure({
      error: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -1001 },
    });
    expect(error).toMatchObject({ nextAction: 'never', migrateToChatId: -1001 });
  });

  it('leaves errors that are not of the network as they are', async () => {
    await using test = await startRoad();
    const missing = await failureOf(test.telegram.sendDocument(42, { source: '/no/such/file' }));
    expect(missing).toMatchObject({ code: 'ENOENT' });
  });

  it.each<[string, Reply]>([
    ['a reset', 'reset'],
    ['an answer that is no JSON', { text: '<html>' }],
    ['an answer cut short', { text: '{"ok":' }],
    ['an error that quotes it', { error: 400, description: `Bad Request: bot${token}/x` }],
    ['a server error', { error: 502 }],
  ])('shows neither token nor text after %s', async (_, reply) => {
    const shown = inspect(await failure(reply), { depth: 10, showHidden: true });
    expect(shown).not.toContain('AAsecret');
    expect(shown).not.toContain('what the user wrote');
  });

  it('shows no token when there is no server', async () => {
    const gone = await startBotApi();
    await gone.stop();
    const road = createTelegramRoad({ token, apiRoot: gone.url, attempts: 1 });
    const shown = inspect(await failureOf(road.telegram.getMe()), { depth: 10, showHidden: true });
    road.close();
    expect(shown).toContain('ECONNREFUSED');
    expect(shown).not.toContain('AAsecret');
  });

  it('leaves out what Telegram quotes of the text', async () => {
    const description = `Bad Request: can't parse entities: Unsupported start tag "secret" at byte offset 3`;
    const { message } = await failure({ error: 400, description });
    expect(message).toContain('Unsupported start tag "…" at byte offset 3');
  });
});
