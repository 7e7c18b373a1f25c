import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { failed, openStreams, type StreamingContext } from './stream.testkit.js';

const shown = (calls: readonly { method: string }[], count: number) =>
  until(() => calls.filter(({ method }) => method === 'editMessageText').length >= count);

describe('a streamed answer', () => {
  it('starts with a placeholder, shows the latest of many states, and ends with the whole text', async () => {
    const words = Array.from({ length: 500 }, (_, index) => `${index} `);
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream();
      for (const word of words.slice(0, 250)) stream.write(word);
      await shown(chat.calls, 1);
      for (const word of words.slice(250)) stream.write(word);
      await stream.end();
    });
    await chat.say();
    expect(chat.texts('sendMessage')).toEqual(['…']);
    expect(chat.texts('editMessageText')).toEqual([
      words.slice(0, 250).join('').trimEnd() + ' ',
      words.join(''),
    ]);
    expect(chat.calls.map(({ payload }) => payload['message_id'])).toEqual([undefined, 100, 100]);
  });

  it('sends states with low priority and unjournaled, but not its first and final text', async () => {
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream();
      stream.write('half');
      await shown(chat.calls, 1);
      await stream.end('whole');
    });
    await chat.say();
    expect(chat.calls.map(({ options: { priority, delivery } }) => [priority, delivery])).toEqual([
      [undefined, undefined],
      ['progress', 'untracked'],
      [undefined, undefined],
    ]);
  });

  it('is not sent again when the last shown state is the final text', async () => {
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream();
      stream.write('all');
      stream.set('all');
      await shown(chat.calls, 1);
      await stream.end();
    });
    await chat.say();
    expect(chat.texts('editMessageText')).toEqual(['all']);
  });

  it('is ended after a handler that did not end it', async () => {
    const chat = openStreams((ctx) => ctx.stream().pipe(['Hello', ', ', 'Ann']));
    await chat.say();
    expect(chat.texts('editMessageText').at(-1)).toBe('Hello, Ann');
  });

  it('ignores writes after its end', async () => {
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream();
      await stream.end('done');
      stream.write('more');
      await stream.end('again');
      expect(stream.text).toBe('done');
    });
    await chat.say();
    expect(chat.texts('editMessageText')).toEqual(['done']);
  });

  it('shows neither a blank state nor half of a surrogate pair', async () => {
    const chat = openStreams(async (ctx) => {
      const stream = ctx.stream();
      stream.write(' \n\u200b');
      await pause(50);
      expect(chat.texts('editMessageText')).toEqual([]);
      stream.set('a\ud83d');
      await shown(chat.calls, 1);
      stream.write('\ude00');
      await stream.end();
    });
    await chat.say();
    expect(chat.texts('editMessageText')).toEqual(['a', 'a😀']);
  });

  it('deletes its message if the final text is blank', async () => {
    const chat = openStreams((ctx) => ctx.stream().end(' '));
    await chat.say();
    expect(chat.calls.at(-1)).toMatchObject({
      method: 'deleteMessage',
      payload: { chat_id: 42, message_id: 100 },
    });
  });

  it('continues in further messages if it is too long, with the keyboard under the last', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'Why?', callback_data: 'why' }]] };
    const chat = openStreams((ctx) =>
      ctx.stream().end('x'.repeat(9_000), { reply_markup: keyboard }),
    );
    await chat.say();
    const [, ...calls] = chat.calls;
    expect(calls.map(({ method }) => method)).toEqual([
      'editMessageText',
      'sendMessage',
      'sendMessage',
    ]);
    expect(calls.map(({ payload }) => String(payload['text']).length)).toEqual([4096, 4096, 808]);
    expect(calls.map(({ payload }) => payload['reply_markup'])).toEqual([
      undefined,
      undefined,
      keyboard,
    ]);
  });

  it('is sent as a new message if its message was deleted', async () => {
    const chat = openStreams(
      (ctx) => ctx.stream({ reply_parameters: { message_id: 1 } }).end('all'),
      ({ method }) =>
        method === 'editMessageText'
          ? failed(400, 'Bad Request: message to edit not found')
          : undefined,
    );
    await chat.say();
    expect(chat.calls.at(-1)).toMatchObject({
      method: 'sendMessage',
      payload: { text: 'all', reply_parameters: { message_id: 1 } },
    });
  });
});

describe('the turn of a streamed answer', () => {
  it('succeeds even if a state cannot be shown, or Telegram is unavailable at the end', async () => {
    const chat = openStreams(
      async (ctx) => {
        const stream = ctx.stream();
        stream.write('half');
        await shown(chat.calls, 1);
        await stream.end('whole');
      },
      ({ method }) => (method === 'editMessageText' ? failed(502, 'Bad Gateway') : undefined),
    );
    await chat.say();
    expect(chat.staged).toHaveLength(1);
  });

  it('sends no final text when it fails, as it will be repeated', async () => {
    const chat = openStreams((ctx) => {
      ctx.stream().write('half');
      throw new Error('the model is down');
    });
    await expect(chat.say()).rejects.toThrow('the model is down');
    const made = chat.calls.length;
    await pause(50);
    expect(chat.calls).toHaveLength(made);
    expect(chat.staged).toEqual([]);
  });

  it('closes the source of the answer when it is over, even if the source is waiting', async () => {
    const over = new AbortController();
    let isClosed = false;
    async function* model() {
      try {
        yield 'Once';
        await shown(chat.calls, 1);
        yield ' upon';
        over.abort(new Error('cancelled by its user'));
        yield ' a time';
      } finally {
        isClosed = true;
      }
    }
    const chat = openStreams((ctx) => ctx.stream().pipe(model()));
    await expect(chat.say({ signal: over.signal })).rejects.toThrow('cancelled by its user');
    await until(() => isClosed);

    const silent = new AbortController();
    // eslint-disable-next-line require-yield
    async function* waits(): AsyncGenerator<string> {
      silent.abort(new Error('out of time'));
      await new Promise(() => undefined);
    }
    const other = openStreams((ctx) => ctx.stream().pipe(waits()));
    await expect(other.say({ signal: silent.signal })).rejects.toThrow('out of time');
  });

  it('closes the source when the chat cannot be answered, and fails with the error of the call', async () => {
    const written: number[] = [];
    const chat = openStreams(
      async (ctx: StreamingContext) => {
        const stream = ctx.stream();
        await stream.pipe(
          (async function* () {
            for (let nth = 0; nth < 1_000; nth += 1) {
              written.push(nth);
              yield `${nth} `;
              await pause(1);
            }
          })(),
        );
      },
      () => failed(403, 'Forbidden: bot was blocked by the user'),
    );
    await expect(chat.say()).rejects.toThrow('blocked by the user');
    expect(written.length).toBeLessThan(1_000);
    expect(chat.staged).toEqual([]);
  });

  it('fails without a chat', async () => {
    const chat = openStreams((ctx) => void ctx.stream());
    const poll = { poll: { id: '1', question: '?', options: [], total_voter_count: 0 } };
    await expect(chat.turn(poll)).rejects.toThrow('ctx.stream: the update has no chat');
  });
});
