import { until } from '@chatlane/testing';
import { failureOf, flood, ok, startBotApi, token, type Reply } from '../bot-api.testkit.js';
import type { ClientTurn } from '../interceptor.js';
import type { TurnTelegram } from '../intercepted-telegram.js';
import { NeverRetryError, OutcomeUnknownError, RetryError, TurnOverError } from '../errors.js';
import {
  createTelegramClient,
  type TelegramClient,
  type TelegramClientOptions,
} from '../client.js';
import { MemoryJournal } from './journal.testkit.js';

let api: Awaited<ReturnType<typeof startBotApi>>;
let client: TelegramClient;
let journal: MemoryJournal;
const events: string[] = [];

async function start(
  answer?: (index: number) => Reply | Promise<Reply>,
  options: Partial<TelegramClientOptions> = {},
): Promise<void> {
  api = await startBotApi((_, index) => answer?.(index) ?? sentMessage(index));
  journal = new MemoryJournal();
  events.length = 0;
  client = createTelegramClient({
    ...{ token, apiRoot: api.url, retryDelayMs: 1 },
    observer: { onEffect: ({ event, method }) => events.push(`${event} ${method}`) },
    ...options,
  });
}

afterEach(async () => {
  client.close();
  await api.stop();
});

const sentMessage = (index: number): Reply => ({ result: { message_id: 100 + index } });

/** The client for another attempt of the same turn. */
function attempt(more: Partial<ClientTurn> = {}): TurnTelegram {
  const { signal } = new AbortController();
  return client.forTurn({ signal, isHeld: () => true, journal, ...more });
}

const texts = (): unknown[] => api.requests.map(({ body }) => body['text']);

describe('a call that an earlier attempt of its turn made', () => {
  it('returns the first result and is not sent again', async () => {
    await start();
    const first = await attempt().sendMessage(42, 'hello');
    expect(await attempt().sendMessage(42, 'hello')).toEqual(first);
    expect(texts()).toEqual(['hello']);
    expect(events).toEqual(['replayed sendMessage']);
    expect(journal.lines).toEqual(['begin sendMessage to 42', 'done']);
  });

  it('is distinguished from equal calls by its position, even if they are concurrent', async () => {
    await start((index) => (index === 1 ? { error: 400, description: 'no' } : sentMessage(index)));
    const sendThree = (telegram: TurnTelegram) =>
      Promise.allSettled(['a', 'b', 'a'].map((text) => telegram.sendMessage(42, text)));
    const first = await sendThree(attempt());
    const failed = first.findIndex(({ status }) => status === 'rejected');
    expect(api.requests).toHaveLength(3);
    const second = await sendThree(attempt());
    expect(second.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    // Only the failed one is sent again.
    expect(texts().slice(3)).toEqual([['a', 'b', 'a'][failed]]);
    const ids = second.map((each) => each.status === 'fulfilled' && each.value.message_id);
    expect(new Set(ids).size).toBe(3);
  });

  it('is found even if the handler took a different path to it', async () => {
    await start();
    const before = attempt();
    await before.editMessageText(42, 7, undefined, 'working');
    await before.sendMessage(42, 'done');
    const again = attempt();
    await again.sendMessage(42, 'something else');
    await again.sendMessage(42, 'done');
    expect(texts()).toEqual(['working', 'done', 'something else']);
  });

  it('is distinguished from others by the contents of its file', async () => {
    await start();
    const photo = (byte: number) => ({ source: Buffer.from([byte]) });
    await attempt().sendPhoto(42, photo(1));
    await attempt().sendPhoto(42, photo(1));
    await attempt().sendPhoto(42, photo(2));
    expect(api.requests).toHaveLength(2);
  });

  it('is sent again when Telegram rejected it', async () => {
    await start((index) => (index === 0 ? { error: 400, description: 'no' } : sentMessage(index)));
    expect(await failureOf(attempt().sendMessage(42, 'x'))).toBeInstanceOf(NeverRetryError);
    await attempt().sendMessage(42, 'x');
    expect(journal.lines).toEqual([
      'begin sendMessage to 42',
      'undo',
      'begin sendMessage to 42',
      'done',
    ]);
  });

  it.each(['getChat', 'sendChatAction', 'answerCallbackQuery', 'sendMessageDraft'])(
    'is not recorded when it changes nothing: %s',
    async (method) => {
      await start(() => ok);
      await attempt().callApi(method as never, { chat_id: 42 } as never);
      expect(journal.lines).toEqual([]);
    },
  );
});

describe('a call whose response was lost', () => {
  it('is repeated once and returns the second result', async () => {
    await start((index) => (index === 0 ? 'reset' : sentMessage(index)));
    expect(await attempt().sendMessage(42, 'x')).toMatchObject({ message_id: 101 });
    expect(texts()).toEqual(['x', 'x']);
    expect(events).toEqual(['repeated sendMessage']);
  });

  it('is not repeated a second time, in this attempt or a later one', async () => {
    await start(() => 'reset');
    const failure = await failureOf(attempt().sendMessage(42, 'x'));
    expect(failure).toBeInstanceOf(OutcomeUnknownError);
    expect(failure).toMatchObject({ nextAction: 'never', method: 'sendMessage' });
    expect(await failureOf(attempt().sendMessage(42, 'x'))).toBeInstanceOf(OutcomeUnknownError);
    expect(texts()).toEqual(['x', 'x']);
  });

  it('is repeated by each further attempt when workers die, no matter how many', async () => {
    await start();
    for (let worker = 1; worker <= 3; worker += 1) {
      // The worker is killed after the call was sent: its intent is stored, its result is not.
      journal.done = () => undefined;
      await attempt().sendMessage(42, 'x');
    }
    journal.done = MemoryJournal.prototype.done.bind(journal);
    await attempt().sendMessage(42, 'x');
    await attempt().sendMessage(42, 'x');
    expect(texts()).toEqual(['x', 'x', 'x', 'x']);
    expect(events).toEqual([
      ...Array<string>(3).fill('repeated sendMessage'),
      'replayed sendMessage',
    ]);
  });

  it('is not repeated after the death of a worker with at-most-once', async () => {
    await start();
    const send = () =>
      attempt().callApi('sendMessage', { chat_id: 42, text: 'x' }, {
        delivery: 'at-most-once',
      } as never);
    journal.done = () => undefined;
    await send();
    expect(await failureOf(send())).toBeInstanceOf(OutcomeUnknownError);
    expect(texts()).toEqual(['x']);
  });

  it.each([
    ['a call with that option', {}, { delivery: 'at-most-once' }, 'sendMessage'],
    ['a method that the bot configures', { sendMessage: 'at-most-once' }, {}, 'sendMessage'],
    ['a method that moves money', {}, {}, 'refundStarPayment'],
  ] as const)('is not repeated at all: %s', async (_, delivery, options, method) => {
    await start(() => 'reset', { delivery });
    const pay = () => attempt().callApi(method as never, { user_id: 1 } as never, options);
    expect(await failureOf(pay())).toBeInstanceOf(OutcomeUnknownError);
    expect(await failureOf(pay())).toBeInstanceOf(OutcomeUnknownError);
    expect(api.requests).toHaveLength(1);
    expect(events).toEqual([`unknown ${method}`, `unknown ${method}`]);
  });

  it('is retried as usual when it is idempotent', async () => {
    await start((index) => (index < 2 ? 'reset' : ok));
    await attempt().editMessageText(42, 7, undefined, 'x');
    expect(texts()).toEqual(['x', 'x', 'x']);
  });

  it('rejects when its file cannot be read a second time', async () => {
    await start(() => 'reset');
    const { Readable } = await import('node:stream');
    const source = Readable.from([Buffer.from('bytes')]);
    expect(await failureOf(attempt().sendDocument(42, { source }))).toBeInstanceOf(RetryError);
    expect(api.requests).toHaveLength(1);
  });
});

describe('the record of a call', () => {
  it('is stored before an at-most-once call is sent, which is not sent without it', async () => {
    await start();
    journal.stored = Promise.reject(new Error('Redis rejects the write'));
    journal.stored.catch(() => undefined);
    const options = { delivery: 'at-most-once' } as never;
    const failure = failureOf(
      attempt().callApi('sendMessage', { chat_id: 42, text: 'x' }, options),
    );
    expect((await failure).message).toBe('Redis rejects the write');
    expect(api.requests).toEqual([]);
    // A call that may be repeated does not wait for it.
    await attempt().sendMessage(42, 'y');
    expect(texts()).toEqual(['y']);
  });

  it('is not written while the call waits, or when its turn ends before it is sent', async () => {
    await start(() => flood(1), { maxFloodWaitMs: 10 });
    await failureOf(attempt().sendMessage(42, 'x'));
    expect(journal.lines).toEqual(['begin sendMessage to 42', 'undo']);
    const over = attempt({ isHeld: () => false });
    expect(await failureOf(over.sendMessage(42, 'y'))).toBeInstanceOf(TurnOverError);
    expect(journal.lines).toHaveLength(2);
  });

  it('contains the outcome of a call that was pending when its turn was aborted', async () => {
    let answer: (reply: Reply) => void = () => undefined;
    await start(() => new Promise<Reply>((resolve) => (answer = resolve)));
    const turn = new AbortController();
    const failure = failureOf(attempt({ signal: turn.signal }).sendMessage(42, 'x'));
    await api.until(1);
    turn.abort(new Error('deadline'));
    expect(await failure).toBeInstanceOf(TurnOverError);
    answer(sentMessage(0));
    await until(() => journal.lines.includes('done'));
    await attempt().sendMessage(42, 'x');
    expect(texts()).toEqual(['x']);
  });

  it('marks a call as cut off when its response does not arrive soon after the abort', async () => {
    await start(() => 'hang');
    const turn = new AbortController();
    void failureOf(attempt({ signal: turn.signal }).sendMessage(42, 'x'));
    await api.until(1);
    turn.abort(new Error('shutdown'));
    await until(() => journal.lines.length > 1);
    expect(journal.lines).toEqual(['begin sendMessage to 42', 'cut off']);
  });
});
