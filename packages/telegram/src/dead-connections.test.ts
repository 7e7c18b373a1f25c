import { failureOf, startBotApi, token, type Reply } from './bot-api.testkit.js';
import { createTelegramClient, type TelegramClient } from './client.js';
import { OutcomeUnknownError } from './errors.js';
import type { ClientTurn } from './interceptor.js';
import { MemoryJournal } from './journal/journal.testkit.js';

const OPEN = 5;

let api: Awaited<ReturnType<typeof startBotApi>>;
let client: TelegramClient;
let isEveryConnectionDead: boolean;

/** A client with several open connections, which break when they are used again. */
beforeEach(async () => {
  const used = new Set<number | undefined>();
  isEveryConnectionDead = false;
  api = await startBotApi(async ({ connection }, index): Promise<Reply> => {
    if (isEveryConnectionDead || used.has(connection)) return 'reset';
    used.add(connection);
    // All of the first calls are open at once, each on its own connection.
    await api.until(OPEN);
    return { result: { message_id: index + 1 } };
  });
  client = createTelegramClient({ token, apiRoot: api.url, retryDelayMs: 1 });
  await Promise.all(Array.from({ length: OPEN }, (_, chat) => client.telegram.getChat(chat)));
});
afterEach(async () => {
  client.close();
  await api.stop();
});

function createTurn(): ClientTurn {
  const { signal } = new AbortController();
  return { signal, isHeld: () => true, journal: new MemoryJournal() };
}

describe('calls of a client whose open connections are all dead', () => {
  it('are sent again on a new connection, and succeed', async () => {
    const telegram = client.forTurn(createTurn());
    // The last request is the successful one; how many dead connections were tried before does not matter.
    const sent = await telegram.sendMessage(42, 'hi');
    expect(sent).toEqual({ message_id: api.requests.length });
    const chat = await telegram.getChat(42);
    expect(chat).toEqual({ message_id: api.requests.length });
  });

  it('fail as before if the new connection breaks too', async () => {
    isEveryConnectionDead = true;
    const telegram = client.forTurn(createTurn());
    expect(await failureOf(telegram.sendMessage(42, 'hi'))).toBeInstanceOf(OutcomeUnknownError);
    expect(api.requests.slice(OPEN).map(({ method }) => method)).toEqual([
      'sendMessage',
      'sendMessage',
    ]);
  });
});
