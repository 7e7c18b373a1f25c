import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { failed, openStreams } from './stream.testkit.js';

const flood = (seconds: number): Error => failed(429, 'Too Many Requests', seconds * 1_000);
const shown = (calls: readonly { method: string }[], count: number) =>
  until(() => calls.filter(({ method }) => method === 'editMessageText').length >= count);

describe('a streamed answer during a penalty', () => {
  const penalty = (isOn: () => boolean, seconds = 137) =>
    ((call) =>
      isOn() && call.method !== 'sendMessage' ? flood(seconds) : undefined) as Parameters<
      typeof openStreams
    >[1];

  it('makes no calls, and its final text is stored with the commit for another turn', async () => {
    let isOn = true;
    const chat = openStreams(
      async (ctx) => {
        const stream = ctx.stream();
        stream.write('Once');
        await shown(chat.calls, 1);
        for (let nth = 0; nth < 200; nth += 1) {
          stream.write(` ${nth}`);
          await pause(1);
        }
        await stream.end('The end.');
      },
      penalty(() => isOn),
    );
    await chat.say();
    expect(chat.calls.map(({ method }) => method)).toEqual(['sendMessage', 'editMessageText']);
    expect(chat.counted).toEqual(['progress-failed', 'stream-deferred']);
    expect(JSON.parse(chat.staged[0]!.json)).toMatchObject({
      lane: 'c:42',
      sessionUser: '42',
      kind: 'stream_final',
    });

    // The lane of that turn waits for as long as the error says.
    await expect(chat.runStaged()).rejects.toMatchObject({ retryAfterMs: 137_000 });
    isOn = false;
    await chat.runStaged();
    await chat.runStaged();
    const edit = { chat_id: 42, message_id: 100, text: 'The end.' };
    expect(chat.calls.slice(-2).map(({ payload }) => payload)).toEqual([edit, edit]);
    expect(chat.texts('sendMessage')).toEqual(['…']);
  });

  it('continues with the latest state afterwards', async () => {
    const chat = openStreams(
      async (ctx) => {
        const stream = ctx.stream();
        stream.write('1');
        await shown(chat.calls, 1);
        stream.set('2');
        stream.set('3');
        await shown(chat.calls, 2);
        await stream.end();
      },
      (_call, nth) => (nth === 2 ? flood(0.02) : undefined),
    );
    await chat.say();
    expect(chat.texts('editMessageText')).toEqual(['1', '3']);
  });

  it('stores the rest if the penalty begins in the middle of the final text', async () => {
    let isOn = true;
    const chat = openStreams(
      (ctx) => ctx.stream().end('x'.repeat(9_000)),
      (_call, nth) => (isOn && nth > 3 ? flood(137) : undefined),
    );
    await chat.say();
    isOn = false;
    const before = chat.calls.length;
    await chat.runStaged();
    expect(
      chat.calls.slice(before).map(({ method, payload }) => [method, payload['text']]),
    ).toEqual([['sendMessage', 'x'.repeat(808)]]);
  });

  it('becomes a new message if even its placeholder was refused', async () => {
    let isOn = true;
    const chat = openStreams(
      (ctx) => ctx.stream().end('all'),
      () => (isOn ? flood(137) : undefined),
    );
    await chat.say();
    expect(chat.texts('sendMessage')).toEqual(['…']);
    isOn = false;
    await chat.runStaged();
    expect(chat.texts('sendMessage')).toEqual(['…', 'all']);
  });

  it('fails like any call in a turn without an outbox', async () => {
    const chat = openStreams(
      (ctx) => ctx.stream().end('all'),
      penalty(() => true),
    );
    await expect(chat.say({ outbox: undefined as never })).rejects.toThrow('Too Many Requests');
  });
});
